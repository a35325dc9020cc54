-- Counts of dead letters, so that no page counts rows (docs/adr/0014). What is counted is every row of dead_letter; what of it lies below
-- the start of the log is told apart on reading, by chunks of 1,024 offsets.

-- CreateTable
CREATE TABLE "dead_letter_kind" (
    "id" SERIAL NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "origin_group" TEXT NOT NULL,
    "convention" TEXT NOT NULL,

    CONSTRAINT "dead_letter_kind_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dead_letter_delta" (
    "id" BIGSERIAL NOT NULL,
    "kind" INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "chunk" BIGINT NOT NULL,
    "minute" BIGINT NOT NULL,
    "n" INTEGER NOT NULL,
    "closed" INTEGER NOT NULL,

    CONSTRAINT "dead_letter_delta_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dead_letter_minute" (
    "kind" INTEGER NOT NULL,
    "minute" BIGINT NOT NULL,
    "partition" INTEGER NOT NULL,
    "chunk" BIGINT NOT NULL,
    "n" INTEGER NOT NULL,
    "closed" INTEGER NOT NULL,

    CONSTRAINT "dead_letter_minute_pkey" PRIMARY KEY ("kind","minute","partition","chunk")
);

-- CreateTable
CREATE TABLE "dead_letter_hour" (
    "kind" INTEGER NOT NULL,
    "hour" BIGINT NOT NULL,
    "partition" INTEGER NOT NULL,
    "chunk" BIGINT NOT NULL,
    "n" INTEGER NOT NULL,
    "closed" INTEGER NOT NULL,

    CONSTRAINT "dead_letter_hour_pkey" PRIMARY KEY ("kind","hour","partition","chunk")
);

-- CreateTable
CREATE TABLE "dead_letter_distinct" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "keys" INTEGER NOT NULL,
    "lineages" INTEGER NOT NULL,

    CONSTRAINT "dead_letter_distinct_pkey" PRIMARY KEY ("cluster_id","topic_id","fingerprint")
);

-- CreateTable
CREATE TABLE "dead_letter_distinct_count" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "mark" TEXT NOT NULL,
    "counted_at" TIMESTAMPTZ(3) NOT NULL,
    "took_ms" INTEGER NOT NULL,

    CONSTRAINT "dead_letter_distinct_count_pkey" PRIMARY KEY ("cluster_id","topic_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "dead_letter_kind_key" ON "dead_letter_kind"("cluster_id", "topic_id", "fingerprint", "origin_group");

CREATE FUNCTION dead_letter_chunk("offset" bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT $1 >> 10 $$;
-- Minutes since the epoch.
CREATE FUNCTION dead_letter_minute_of(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT floor(extract(epoch FROM $1) / 60)::bigint $$;
-- Kafka gives names of groups no limit; an index does.
CREATE FUNCTION dead_letter_group(origin_group text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT coalesce(left($1, 249), '') $$;
-- Key of the advisory lock under which a topic's counts stay exact: shared by whoever adds letters or decides about them, so that these
-- never wait for each other; exclusive for whoever takes letters away.
CREATE FUNCTION dead_letter_count_lock(cluster_id text, topic_id text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT hashtextextended('dead letter counts ' || $1 || ' ' || $2, 0) $$;

-- Every change of dead_letter leaves its difference, whoever made it. Plans of triggers are kept over many calls, of one row and of a million:
-- settings hold them to what is never wrong, a look by primary key for each row.
CREATE FUNCTION dead_letter_count_added() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(dead_letter_count_lock(t.cluster_id, t.topic_id))
    FROM (SELECT DISTINCT cluster_id, topic_id FROM added ORDER BY 1, 2) t;
  INSERT INTO dead_letter_kind (cluster_id, topic_id, fingerprint, origin_group, convention)
    SELECT a.* FROM (
      SELECT cluster_id, topic_id, fingerprint, dead_letter_group(origin_group) AS origin_group, min(convention)
      FROM added GROUP BY 1, 2, 3, 4
    ) a
    WHERE NOT EXISTS (SELECT 1 FROM dead_letter_kind k WHERE k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
      AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group)
    ORDER BY 1, 2, 3, 4 ON CONFLICT DO NOTHING;
  -- A kind that is not found would be null, which is refused: better no row than one that no count knows.
  INSERT INTO dead_letter_delta (kind, partition, chunk, minute, n, closed)
    SELECT k.id, a.partition, a.chunk, a.minute, a.n, a.closed
    FROM (
      SELECT d.cluster_id, d.topic_id, d.fingerprint, dead_letter_group(d.origin_group) AS origin_group, d.partition,
        dead_letter_chunk(d."offset") AS chunk, dead_letter_minute_of(d.at) AS minute, count(*) AS n,
        count(*) FILTER (WHERE x.disposition <> 'open') AS closed
      FROM added d LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
        AND x.partition = d.partition AND x."offset" = d."offset"
      GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) a LEFT JOIN dead_letter_kind k ON k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
      AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group;
  RETURN NULL;
END $$;

CREATE FUNCTION dead_letter_count_removed() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(dead_letter_count_lock(t.cluster_id, t.topic_id))
    FROM (SELECT DISTINCT cluster_id, topic_id FROM removed ORDER BY 1, 2) t;
  INSERT INTO dead_letter_delta (kind, partition, chunk, minute, n, closed)
    SELECT k.id, a.partition, a.chunk, a.minute, -a.n, -a.closed
    FROM (
      SELECT d.cluster_id, d.topic_id, d.fingerprint, dead_letter_group(d.origin_group) AS origin_group, d.partition,
        dead_letter_chunk(d."offset") AS chunk, dead_letter_minute_of(d.at) AS minute, count(*) AS n,
        count(*) FILTER (WHERE x.disposition <> 'open') AS closed
      FROM removed d LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
        AND x.partition = d.partition AND x."offset" = d."offset"
      GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) a LEFT JOIN dead_letter_kind k ON k.cluster_id = a.cluster_id AND k.topic_id = a.topic_id
      AND k.fingerprint = a.fingerprint AND k.origin_group = a.origin_group;
  RETURN NULL;
END $$;

-- A letter is open without a row in dead_letter_disposition, or with one that says so. What is decided about a letter that is not there (yet)
-- is looked up once more when nobody can be adding it.
CREATE FUNCTION dead_letter_count_decided() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
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
      FROM (%s) c LEFT JOIN dead_letter d ON d.cluster_id = c.cluster_id AND d.topic_id = c.topic_id
        AND d.partition = c.partition AND d."offset" = c."offset"
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
    JOIN dead_letter d ON d.cluster_id = l.cluster_id AND d.topic_id = l.topic_id AND d.partition = l.partition AND d."offset" = l.lone
    LEFT JOIN dead_letter_kind k ON k.cluster_id = d.cluster_id AND k.topic_id = d.topic_id
      AND k.fingerprint = d.fingerprint AND k.origin_group = dead_letter_group(d.origin_group);
  RETURN NULL;
END $$;

CREATE FUNCTION dead_letter_count_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is counted by its changes: delete rows instead of truncating it', TG_TABLE_NAME;
END $$;

-- Nobody writes between the triggers and the counting of what is there.
LOCK TABLE dead_letter, dead_letter_disposition IN SHARE ROW EXCLUSIVE MODE;

CREATE TRIGGER dead_letter_count_insert AFTER INSERT ON dead_letter
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_added();
CREATE TRIGGER dead_letter_count_delete AFTER DELETE ON dead_letter
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_removed();
CREATE TRIGGER dead_letter_count_update_from AFTER UPDATE ON dead_letter
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_removed();
CREATE TRIGGER dead_letter_count_update_to AFTER UPDATE ON dead_letter
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_added();
CREATE TRIGGER dead_letter_count_truncate BEFORE TRUNCATE ON dead_letter
  FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_refuse();

CREATE TRIGGER dead_letter_disposition_count_insert AFTER INSERT ON dead_letter_disposition
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_decided();
CREATE TRIGGER dead_letter_disposition_count_delete AFTER DELETE ON dead_letter_disposition
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_decided();
CREATE TRIGGER dead_letter_disposition_count_update AFTER UPDATE ON dead_letter_disposition
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_decided();
CREATE TRIGGER dead_letter_disposition_count_truncate BEFORE TRUNCATE ON dead_letter_disposition
  FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_count_refuse();

-- What is there already.
INSERT INTO dead_letter_kind (cluster_id, topic_id, fingerprint, origin_group, convention)
  SELECT cluster_id, topic_id, fingerprint, dead_letter_group(origin_group), min(convention) FROM dead_letter GROUP BY 1, 2, 3, 4;
INSERT INTO dead_letter_minute (kind, minute, partition, chunk, n, closed)
  SELECT k.id, dead_letter_minute_of(d.at), d.partition, dead_letter_chunk(d."offset"), count(*),
    count(*) FILTER (WHERE x.disposition <> 'open')
  FROM dead_letter d
  JOIN dead_letter_kind k ON k.cluster_id = d.cluster_id AND k.topic_id = d.topic_id
    AND k.fingerprint = d.fingerprint AND k.origin_group = dead_letter_group(d.origin_group)
  LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
    AND x.partition = d.partition AND x."offset" = d."offset"
  GROUP BY 1, 2, 3, 4;
INSERT INTO dead_letter_hour (kind, hour, partition, chunk, n, closed)
  SELECT kind, minute / 60, partition, chunk, sum(n), sum(closed) FROM dead_letter_minute GROUP BY 1, 2, 3, 4;
