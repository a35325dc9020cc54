-- Snapshots: what grows with the clock alone is kept as an instant, so that a group on which nothing happens is not written again;
-- partitions are packed (lib/store/lag-partitions.ts). The collector writes all of it anew within one round.
TRUNCATE group_snapshot;
ALTER TABLE group_snapshot
  DROP COLUMN lag_ms,
  ADD COLUMN topics text[] NOT NULL,
  ADD COLUMN unread_since_ms double precision,
  ADD COLUMN partitions bytea NOT NULL;
ALTER TABLE group_snapshot ALTER COLUMN partitions SET STORAGE EXTERNAL;
ALTER TABLE group_snapshot SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 1000);
CREATE INDEX group_snapshot_topics_idx ON group_snapshot USING gin (topics);

-- When the ends of a topic's partitions were where: what time lag is told from. A row a topic, packed (lib/store/log-ends.ts).
DROP TABLE collector_state;
CREATE TABLE log_ends (
  cluster text NOT NULL,
  topic_id text NOT NULL,
  body bytea NOT NULL,
  as_of timestamptz(3) NOT NULL,
  PRIMARY KEY (cluster, topic_id)
);

-- History: one row a group and sample, its partitions packed in the order of its layout (lib/store/lag-history-body.ts).
DROP TABLE lag_sample;
CREATE TABLE lag_layout (
  id serial PRIMARY KEY,
  cluster text NOT NULL,
  group_id text NOT NULL,
  hash text NOT NULL,
  places jsonb NOT NULL,
  used_at timestamptz(3) NOT NULL,
  CONSTRAINT lag_layout_cluster_group_id_hash_key UNIQUE (cluster, group_id, hash)
);
CREATE TABLE lag_sample_10s (
  layout integer NOT NULL,
  at timestamptz(3) NOT NULL,
  lag_records bigint,
  lag_ms bigint,
  body bytea NOT NULL,
  PRIMARY KEY (layout, at)
) PARTITION BY RANGE (at);
CREATE TABLE lag_sample_1m (
  layout integer NOT NULL,
  at timestamptz(3) NOT NULL,
  lag_records bigint,
  lag_ms bigint,
  body bytea NOT NULL,
  PRIMARY KEY (layout, at)
) PARTITION BY RANGE (at);
-- Minutes before this one are in lag_sample_1m.
CREATE TABLE lag_rollup (
  cluster text PRIMARY KEY,
  rolled_to timestamptz(3) NOT NULL
);

-- Sluice's role owns no table, so it can't make or drop partitions itself; these two functions do just that for it.
CREATE FUNCTION lag_partition(parent text, at timestamptz, span interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  lower_at timestamptz := date_bin(span, at, timestamptz '2020-01-01 00:00:00+00');
  child text := parent || '_' || to_char(lower_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24');
BEGIN
  IF parent NOT IN ('lag_sample_10s', 'lag_sample_1m') THEN
    RAISE EXCEPTION 'no partitions are kept for %', parent;
  END IF;
  IF to_regclass(child) IS NULL THEN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, lower_at, lower_at + span);
  END IF;
END $$;

-- Creates the partitions that `at` and the next hour fall into.
CREATE FUNCTION lag_make_partitions(at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM lag_partition('lag_sample_10s', moment, interval '3 hours') FROM unnest(ARRAY[at, at + interval '1 hour']) AS moment;
  PERFORM lag_partition('lag_sample_1m', moment, interval '1 day') FROM unnest(ARRAY[at, at + interval '1 hour']) AS moment;
END $$;

-- Drops what is past its time by the database's clock: 10 s samples after a day, minutes after 30. Answers how many partitions went.
-- A partition that is being read is left for the next time, so that nobody waits for it.
CREATE FUNCTION lag_drop_partitions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  expired record;
  dropped integer := 0;
BEGIN
  SET LOCAL lock_timeout = '500ms';
  FOR expired IN
    SELECT child.relname
    FROM pg_inherits
    JOIN pg_class parent ON parent.oid = inhparent
    JOIN pg_class child ON child.oid = inhrelid
    JOIN (VALUES ('lag_sample_10s', interval '24 hours', interval '3 hours'), ('lag_sample_1m', interval '30 days', interval '1 day'))
      AS kept(parent, keep, span) ON kept.parent = parent.relname
    WHERE to_timestamp(right(child.relname, 10) || '+00', 'YYYYMMDDHH24TZH') + span < clock_timestamp() - keep
  LOOP
    BEGIN
      EXECUTE format('DROP TABLE %I', expired.relname);
      dropped := dropped + 1;
    EXCEPTION WHEN lock_not_available THEN
      CONTINUE;
    END;
  END LOOP;
  DELETE FROM lag_layout WHERE used_at < clock_timestamp() - interval '31 days';
  RETURN dropped;
END $$;
