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

-- As in 0017: the order by the whole primary key leaves no other index to take, so it has to be the order that the key has now.
CREATE OR REPLACE FUNCTION dead_letter_count_decided() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  closed_now CONSTANT text := $q$SELECT cluster_id, topic_id, partition, "offset", 1 AS n FROM added WHERE disposition <> 'open'$q$;
  closed_before CONSTANT text := $q$SELECT cluster_id, topic_id, partition, "offset", -1 AS n FROM removed WHERE disposition <> 'open'$q$;
  changed text;
  lone jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM pg_advisory_xact_lock_shared(dead_letter_count_lock(t.cluster_id, t.topic_id))
      FROM (SELECT DISTINCT cluster_id, topic_id FROM added ORDER BY 1, 2) t;
    IF NOT FOUND THEN RETURN NULL; END IF;
    changed := closed_now;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM pg_advisory_xact_lock_shared(dead_letter_count_lock(t.cluster_id, t.topic_id))
      FROM (SELECT DISTINCT cluster_id, topic_id FROM removed ORDER BY 1, 2) t;
    IF NOT FOUND THEN RETURN NULL; END IF;
    changed := closed_before;
  ELSE
    -- From one decision to another: a replay does this row by row.
    IF coalesce((SELECT bool_and(disposition <> 'open') FROM added), true)
      AND coalesce((SELECT bool_and(disposition <> 'open') FROM removed), true) THEN RETURN NULL; END IF;
    PERFORM pg_advisory_xact_lock_shared(dead_letter_count_lock(t.cluster_id, t.topic_id))
      FROM (SELECT cluster_id, topic_id FROM added UNION SELECT cluster_id, topic_id FROM removed ORDER BY 1, 2) t;
    changed := format('SELECT cluster_id, topic_id, partition, "offset", sum(n) AS n FROM (%s UNION ALL %s) u GROUP BY 1, 2, 3, 4
      HAVING sum(n) <> 0', closed_now, closed_before);
  END IF;
  EXECUTE format($q$
    WITH a AS MATERIALIZED (
      SELECT c.cluster_id, c.topic_id, d.fingerprint, dead_letter_group(d.origin_group) AS origin_group, c.partition,
        dead_letter_chunk(c."offset") AS chunk, dead_letter_minute_of(d.at) AS minute,
        CASE WHEN d.fingerprint IS NULL THEN c."offset" END AS lone, sum(c.n) AS closed
      FROM (%s) c LEFT JOIN LATERAL (
        SELECT * FROM dead_letter f
        WHERE (f.topic_id, f.partition, f."offset", f.cluster_id) >= (c.topic_id, c.partition, c."offset", c.cluster_id)
        ORDER BY f.topic_id, f.partition, f."offset", f.cluster_id LIMIT 1
      ) d ON d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id AND d.partition = c.partition AND d."offset" = c."offset"
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), put AS (
      INSERT INTO dead_letter_delta (kind, partition, chunk, minute, n, closed)
      SELECT k.id, a.partition, a.chunk, a.minute, 0, a.closed
      FROM a LEFT JOIN dead_letter_kind k ON k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
        AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group
      WHERE a.lone IS NULL
    )
    SELECT jsonb_agg(a) FROM a WHERE a.lone IS NOT NULL $q$, changed) INTO lone;
  IF lone IS NULL THEN RETURN NULL; END IF;
  PERFORM pg_advisory_xact_lock(dead_letter_count_lock(t.cluster_id, t.topic_id))
    FROM (SELECT DISTINCT cluster_id, topic_id FROM jsonb_to_recordset(lone) AS l(cluster_id text, topic_id text) ORDER BY 1, 2) t;
  INSERT INTO dead_letter_delta (kind, partition, chunk, minute, n, closed)
    SELECT k.id, d.partition, dead_letter_chunk(d."offset"), dead_letter_minute_of(d.at), 0, l.closed
    FROM jsonb_to_recordset(lone) AS l(cluster_id text, topic_id text, partition int, lone bigint, closed int)
    JOIN LATERAL (
      SELECT * FROM dead_letter f
      WHERE (f.topic_id, f.partition, f."offset", f.cluster_id) >= (l.topic_id, l.partition, l.lone, l.cluster_id)
      ORDER BY f.topic_id, f.partition, f."offset", f.cluster_id LIMIT 1
    ) d ON d.cluster_id = l.cluster_id AND d.topic_id = l.topic_id AND d.partition = l.partition AND d."offset" = l.lone
    LEFT JOIN dead_letter_kind k ON k.cluster_id = d.cluster_id AND k.topic_id = d.topic_id
      AND k.fingerprint = d.fingerprint AND k.origin_group = dead_letter_group(d.origin_group);
  RETURN NULL;
END $$;
