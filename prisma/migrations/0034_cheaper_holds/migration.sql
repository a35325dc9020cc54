-- What it costs to hold a record, made less (docs/adr/0043).

-- A root decides by itself where it belongs in the index, instead of behind two columns that are equal in all of a plan.
ALTER TABLE "replay_reservation" DROP CONSTRAINT "replay_reservation_pkey",
  ADD CONSTRAINT "replay_reservation_pkey" PRIMARY KEY ("lineage_root", "destination_topic_id", "cluster_id");

-- As in 0024. A plan decides about records that stand together, and a million of them were looked up one by one: where the chunks that something is decided
-- in are full of it, each chunk's letters are read in one go. Their order by the whole primary key leaves no other index to take there either.
CREATE OR REPLACE FUNCTION dead_letter_count_decided() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_nestloop = on SET enable_sort = on SET enable_incremental_sort = on AS $$
DECLARE
  closed_now CONSTANT text := $q$SELECT cluster_id, topic_id, partition, "offset", 1 AS n FROM added WHERE disposition <> 'open'$q$;
  closed_before CONSTANT text := $q$SELECT cluster_id, topic_id, partition, "offset", -1 AS n FROM removed WHERE disposition <> 'open'$q$;
  -- A chunk's letters cost about as much as looking up this many.
  full_from CONSTANT int := 128;
  letters text := $q$LEFT JOIN LATERAL (
      SELECT * FROM dead_letter f
      WHERE (f.topic_id, f.partition, f."offset", f.cluster_id) >= (c.topic_id, c.partition, c."offset", c.cluster_id)
      ORDER BY f.topic_id, f.partition, f."offset", f.cluster_id LIMIT 1
    ) d$q$;
  changed text;
  chunks dead_letter_counted[];
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
    SELECT array_agg(ROW(p.cluster_id, p.topic_id, NULL, NULL, NULL, p.partition, p.chunk, NULL, p.n, NULL)::dead_letter_counted)
    FROM (SELECT cluster_id, topic_id, partition, dead_letter_chunk("offset") AS chunk, count(*) AS n FROM (%s) c GROUP BY 1, 2, 3, 4) p
    HAVING sum(p.n) >= $1 * count(*) $q$, changed) INTO chunks USING full_from;
  IF chunks IS NOT NULL THEN
    SET LOCAL enable_hashjoin = on;
    SET LOCAL enable_nestloop = off;
    SET LOCAL enable_sort = off;
    SET LOCAL enable_incremental_sort = off;
    letters := $q$LEFT JOIN (
      SELECT f.* FROM unnest($1) p CROSS JOIN LATERAL (
        SELECT * FROM dead_letter f
        WHERE (f.topic_id, f.partition, f."offset") >= (p.topic_id, p.partition, p.chunk << 10)
          AND (f.topic_id, f.partition, f."offset") < (p.topic_id, p.partition, (p.chunk + 1) << 10) AND f.cluster_id = p.cluster_id
        ORDER BY f.topic_id, f.partition, f."offset", f.cluster_id LIMIT 1024
      ) f
    ) d$q$;
  END IF;
  EXECUTE format($q$
    WITH a AS MATERIALIZED (
      SELECT c.cluster_id, c.topic_id, d.fingerprint, dead_letter_group(d.origin_group) AS origin_group, c.partition,
        dead_letter_chunk(c."offset") AS chunk, dead_letter_minute_of(d.at) AS minute,
        CASE WHEN d.fingerprint IS NULL THEN c."offset" END AS lone, sum(c.n) AS closed
      FROM (%s) c %s ON d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id AND d.partition = c.partition AND d."offset" = c."offset"
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ), put AS (
      INSERT INTO dead_letter_delta (kind, partition, chunk, minute, n, closed)
      SELECT k.id, a.partition, a.chunk, a.minute, 0, a.closed
      FROM a LEFT JOIN dead_letter_kind k ON k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
        AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group
      WHERE a.lone IS NULL
    )
    SELECT jsonb_agg(a) FROM a WHERE a.lone IS NOT NULL $q$, changed, letters) INTO lone USING chunks;
  IF lone IS NULL THEN RETURN NULL; END IF;
  SET LOCAL enable_hashjoin = off;
  SET LOCAL enable_nestloop = on;
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
