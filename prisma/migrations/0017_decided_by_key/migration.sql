-- What is decided about dead letters is counted by looking each of them up by its own key. Before, in a table that had not been analysed yet, the lookup took
-- the index of (cluster, topic, time) and went through the topic for each letter: holding 7,000 letters took 30 s, and planning gave up.
-- The order by the whole primary key leaves no other index to take, whatever is known of the table.
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
        WHERE (f.cluster_id, f.topic_id, f.partition, f."offset") >= (c.cluster_id, c.topic_id, c.partition, c."offset")
        ORDER BY f.cluster_id, f.topic_id, f.partition, f."offset" LIMIT 1
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
      WHERE (f.cluster_id, f.topic_id, f.partition, f."offset") >= (l.cluster_id, l.topic_id, l.partition, l.lone)
      ORDER BY f.cluster_id, f.topic_id, f.partition, f."offset" LIMIT 1
    ) d ON d.cluster_id = l.cluster_id AND d.topic_id = l.topic_id AND d.partition = l.partition AND d."offset" = l.lone
    LEFT JOIN dead_letter_kind k ON k.cluster_id = d.cluster_id AND k.topic_id = d.topic_id
      AND k.fingerprint = d.fingerprint AND k.origin_group = dead_letter_group(d.origin_group);
  RETURN NULL;
END $$;
