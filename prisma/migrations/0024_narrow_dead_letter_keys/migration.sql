-- Keys of what every dead letter is added to are narrow (docs/adr/0031): a topic's id says which cluster it is in, so the cluster stands last
-- where it must be told apart, and nowhere else. Lineages, keys and places are looked for by themselves and compared with the cluster then.

ALTER TABLE "dead_letter" DROP CONSTRAINT "dead_letter_pkey",
  ADD CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("topic_id", "partition", "offset", "cluster_id");

DROP INDEX "dead_letter_cluster_id_topic_id_fingerprint_at_idx";
DROP INDEX "dead_letter_cluster_id_topic_id_at_idx";
DROP INDEX "dead_letter_cluster_id_lineage_root_idx";
DROP INDEX "dead_letter_cluster_id_key_hash_idx";
DROP INDEX "dead_letter_hop_topic_hop_partition_hop_offset_idx";
CREATE INDEX "dead_letter_topic_id_fingerprint_at_idx" ON "dead_letter"("topic_id", "fingerprint", "at");
CREATE INDEX "dead_letter_topic_id_at_idx" ON "dead_letter"("topic_id", "at");
CREATE INDEX "dead_letter_lineage_root_idx" ON "dead_letter"("lineage_root");
CREATE INDEX "dead_letter_key_hash_idx" ON "dead_letter"("key_hash");
CREATE INDEX "dead_letter_hop_partition_hop_offset_idx" ON "dead_letter"("hop_partition", "hop_offset");

-- Letters that were added, counted by what they are counted by.
CREATE TYPE dead_letter_counted AS (
  cluster_id text, topic_id text, fingerprint text, origin_group text, convention text, partition integer, chunk bigint, minute bigint,
  n bigint, closed bigint
);

-- As in 0007, with one pass over the letters instead of three: they are counted first, and what they are counted by is noted from these
-- few. Whether any is decided about already is asked once: of letters that arrive, none is.
CREATE OR REPLACE FUNCTION dead_letter_count_added() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  counted dead_letter_counted[];
BEGIN
  PERFORM pg_advisory_xact_lock_shared(dead_letter_count_lock(t.cluster_id, t.topic_id))
    FROM (SELECT DISTINCT cluster_id, topic_id FROM added ORDER BY 1, 2) t;
  IF EXISTS (
    SELECT 1 FROM (SELECT cluster_id, topic_id, partition, min("offset") AS first, max("offset") AS last FROM added GROUP BY 1, 2, 3) p
    JOIN dead_letter_disposition x ON x.cluster_id = p.cluster_id AND x.topic_id = p.topic_id AND x.partition = p.partition
      AND x."offset" BETWEEN p.first AND p.last
  ) THEN
    SELECT array_agg(ROW(a.*)::dead_letter_counted) INTO counted FROM (
      SELECT d.cluster_id, d.topic_id, d.fingerprint, dead_letter_group(d.origin_group), min(d.convention), d.partition,
        dead_letter_chunk(d."offset"), dead_letter_minute_of(d.at), count(*), count(*) FILTER (WHERE x.disposition <> 'open')
      FROM added d LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
        AND x.partition = d.partition AND x."offset" = d."offset"
      GROUP BY 1, 2, 3, 4, 6, 7, 8
    ) a;
  ELSE
    SELECT array_agg(ROW(a.*)::dead_letter_counted) INTO counted FROM (
      SELECT cluster_id, topic_id, fingerprint, dead_letter_group(origin_group), min(convention), partition,
        dead_letter_chunk("offset"), dead_letter_minute_of(at), count(*), 0::bigint
      FROM added GROUP BY 1, 2, 3, 4, 6, 7, 8
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
