-- What each dead letter costs when it is indexed, made less (docs/adr/0038).

-- As in 0007, without decimal arithmetic: seconds with their milliseconds are far from where a double's precision ends, also by a minute's edge.
CREATE OR REPLACE FUNCTION dead_letter_minute_of(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT floor(date_part('epoch', $1) / 60)::bigint $$;

-- Keys are looked for by 48 of their hash's 256 bits, and compared with the whole of it then: the entries of the other index came in any order and
-- were five times as wide, so that of a million letters it alone was as large as what Postgres keeps in memory.
DROP INDEX "dead_letter_key_hash_idx";
CREATE INDEX "dead_letter_key_hash_start_idx" ON "dead_letter"(left("key_hash", 12));

-- As in 0024, with one pass over the letters instead of three: everything else is told from what was counted. Letters are looked for among what is decided
-- by the chunks that they are in; where there is something, each is looked at.
CREATE OR REPLACE FUNCTION dead_letter_count_added() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  counted dead_letter_counted[];
BEGIN
  SELECT array_agg(ROW(a.*)::dead_letter_counted) INTO counted FROM (
    SELECT cluster_id, topic_id, fingerprint, dead_letter_group(origin_group), min(convention), partition,
      dead_letter_chunk("offset"), dead_letter_minute_of(at), count(*), 0::bigint
    FROM added GROUP BY 1, 2, 3, 4, 6, 7, 8
  ) a;
  PERFORM pg_advisory_xact_lock_shared(dead_letter_count_lock(t.cluster_id, t.topic_id))
    FROM (SELECT DISTINCT cluster_id, topic_id FROM unnest(counted) ORDER BY 1, 2) t;
  IF EXISTS (
    SELECT 1 FROM (SELECT DISTINCT cluster_id, topic_id, partition, chunk FROM unnest(counted)) p
    JOIN dead_letter_disposition x ON x.cluster_id = p.cluster_id AND x.topic_id = p.topic_id AND x.partition = p.partition
      AND x."offset" >= p.chunk << 10 AND x."offset" < (p.chunk + 1) << 10
  ) THEN
    SELECT array_agg(ROW(a.*)::dead_letter_counted) INTO counted FROM (
      SELECT d.cluster_id, d.topic_id, d.fingerprint, dead_letter_group(d.origin_group), min(d.convention), d.partition,
        dead_letter_chunk(d."offset"), dead_letter_minute_of(d.at), count(*), count(*) FILTER (WHERE x.disposition <> 'open')
      FROM added d LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
        AND x.partition = d.partition AND x."offset" = d."offset"
      GROUP BY 1, 2, 3, 4, 6, 7, 8
    ) a;
  END IF;
  INSERT INTO dead_letter_kind (cluster_id, topic_id, fingerprint, origin_group, convention)
    SELECT a.cluster_id, a.topic_id, a.fingerprint, a.origin_group, min(a.convention) FROM unnest(counted) a
    WHERE NOT EXISTS (SELECT 1 FROM dead_letter_kind k WHERE k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
      AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 ON CONFLICT DO NOTHING;
  -- A kind that is not found would be null, which is refused: better no row than one that no count knows.
  INSERT INTO dead_letter_delta (kind, partition, chunk, minute, n, closed)
    SELECT k.id, a.partition, a.chunk, a.minute, a.n, a.closed
    FROM unnest(counted) a LEFT JOIN dead_letter_kind k ON k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
      AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group;
  RETURN NULL;
END $$;
