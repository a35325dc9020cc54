-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "app_user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "credentials_changed_at" TIMESTAMPTZ(3) NOT NULL,
    "credentials_changed_by" TEXT NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_grant" (
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "cluster" TEXT NOT NULL,
    "flow" TEXT NOT NULL,

    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("user_id","role","cluster","flow")
);

-- CreateTable
CREATE TABLE "session" (
    "id_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_throttle" (
    "account" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "next_allowed_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_throttle_pkey" PRIMARY KEY ("account","address")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "user_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "status" INTEGER,
    "answer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("user_id","path","key")
);

-- CreateTable
CREATE TABLE "setup_token" (
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "setup_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "metrics_token" (
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metrics_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "policy_hash" TEXT NOT NULL,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "version" SERIAL NOT NULL,
    "hash" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "code" TEXT,
    "resource" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "line" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "prev" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "marker" (
    "id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "version" TEXT,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,

    CONSTRAINT "marker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cluster_snapshot" (
    "cluster" TEXT NOT NULL,
    "cluster_id" TEXT,
    "state" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "as_of" TIMESTAMPTZ(3),
    "tried_at" TIMESTAMPTZ(3) NOT NULL,
    "round_ms" INTEGER,

    CONSTRAINT "cluster_snapshot_pkey" PRIMARY KEY ("cluster")
);

-- CreateTable
CREATE TABLE "group_snapshot" (
    "cluster" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "flow" TEXT,
    "lag_records" BIGINT,
    "lag_ms" DOUBLE PRECISION,
    "data" JSONB NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "group_snapshot_pkey" PRIMARY KEY ("cluster","group_id")
);

-- CreateTable
CREATE TABLE "collector_state" (
    "cluster" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "collector_state_pkey" PRIMARY KEY ("cluster")
);

-- CreateTable
CREATE TABLE "lag_sample" (
    "cluster" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "lag_records" BIGINT,
    "lag_ms" DOUBLE PRECISION,

    CONSTRAINT "lag_sample_pkey" PRIMARY KEY ("cluster","group_id","at","topic","partition")
);

-- CreateTable
CREATE TABLE "dead_letter_topic" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "cluster" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "flow" TEXT,
    "discovered_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3),
    "retention_ms" BIGINT,
    "cleanup_policy" TEXT,

    CONSTRAINT "dead_letter_topic_pkey" PRIMARY KEY ("cluster_id","topic_id")
);

-- CreateTable
CREATE TABLE "index_cursor" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "log_start" BIGINT NOT NULL,
    "last_stable" BIGINT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "index_cursor_pkey" PRIMARY KEY ("cluster_id","topic_id","partition")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_text" TEXT,
    "key_hash" TEXT,
    "value_bytes" INTEGER,
    "content_hash" TEXT NOT NULL,
    "convention" TEXT NOT NULL,
    "origin_topic" TEXT,
    "origin_partition" INTEGER,
    "origin_offset" BIGINT,
    "origin_at" TIMESTAMPTZ(3),
    "origin_group" TEXT,
    "origin_provenance" TEXT NOT NULL,
    "hop_topic" TEXT,
    "hop_partition" INTEGER,
    "hop_offset" BIGINT,
    "exception_class" TEXT,
    "exception_message" TEXT,
    "message_pattern" TEXT,
    "top_frame" TEXT,
    "attempts" INTEGER,
    "fingerprint" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "lineage_root" TEXT NOT NULL,
    "pointer" BOOLEAN NOT NULL,

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("cluster_id","topic_id","partition","offset")
);

-- CreateTable
CREATE TABLE "dead_letter_disposition" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "disposition" TEXT NOT NULL,
    "replay_id" TEXT,
    "reason" TEXT,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dead_letter_disposition_pkey" PRIMARY KEY ("cluster_id","topic_id","partition","offset")
);

-- CreateTable
CREATE TABLE "replay" (
    "id" TEXT NOT NULL,
    "cluster" TEXT NOT NULL,
    "cluster_id" TEXT NOT NULL,
    "flow" TEXT,
    "state" TEXT NOT NULL,
    "resumes_to" TEXT,
    "state_reason" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "requester_id" TEXT NOT NULL,
    "requester" TEXT NOT NULL,
    "prepared_by" TEXT[],
    "reason" TEXT NOT NULL,
    "ticket" TEXT,
    "auto_start" BOOLEAN NOT NULL,
    "source_topic" TEXT NOT NULL,
    "source_topic_id" TEXT NOT NULL,
    "selection" JSONB NOT NULL,
    "destination_kind" TEXT NOT NULL,
    "destination_topic" TEXT NOT NULL,
    "destination_topic_id" TEXT,
    "destination_partitions" INTEGER,
    "bounds" JSONB NOT NULL,
    "canary" JSONB NOT NULL,
    "plan" JSONB,
    "manifest_root" TEXT,
    "digest" TEXT,
    "policy_version" INTEGER,
    "policy_hash" TEXT,
    "evidence_hash" TEXT,
    "run" JSONB,
    "shards" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "planned_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "submitted_at" TIMESTAMPTZ(3),
    "approved_at" TIMESTAMPTZ(3),
    "start_by" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "executed_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "replay_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay_approval" (
    "replay_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "round" INTEGER NOT NULL DEFAULT 0,
    "comment" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "replay_approval_pkey" PRIMARY KEY ("replay_id","user_id","digest","round")
);

-- CreateTable
CREATE TABLE "manifest_chunk" (
    "replay_id" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "first_ordinal" INTEGER NOT NULL,
    "records" INTEGER NOT NULL,
    "root" TEXT NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "manifest_chunk_pkey" PRIMARY KEY ("replay_id","index")
);

-- CreateTable
CREATE TABLE "replay_reservation" (
    "cluster_id" TEXT NOT NULL,
    "destination_topic_id" TEXT NOT NULL,
    "lineage_root" TEXT NOT NULL,
    "replay_id" TEXT NOT NULL,

    CONSTRAINT "replay_reservation_pkey" PRIMARY KEY ("cluster_id","destination_topic_id","lineage_root")
);

-- CreateTable
CREATE TABLE "replay_batch" (
    "id" TEXT NOT NULL,
    "replay_id" TEXT NOT NULL,
    "shard" INTEGER NOT NULL,
    "from_ordinal" INTEGER NOT NULL,
    "to_ordinal" INTEGER NOT NULL,
    "fencing_token" BIGINT NOT NULL,
    "intent_at" TIMESTAMPTZ(3) NOT NULL,
    "intent" JSONB NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "settlement" TEXT,
    "outcome" JSONB,
    "replayed" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "diverted" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "unknown" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "replay_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay_landing" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "first_offset" BIGINT NOT NULL,
    "last_offset" BIGINT NOT NULL,
    "replay_id" TEXT NOT NULL,
    "batch_id" TEXT NOT NULL,

    CONSTRAINT "replay_landing_pkey" PRIMARY KEY ("cluster_id","topic_id","partition","first_offset")
);

-- CreateTable
CREATE TABLE "replay_return" (
    "replay_id" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "replay_return_pkey" PRIMARY KEY ("replay_id","ordinal")
);

-- CreateTable
CREATE TABLE "replay_watermark" (
    "replay_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "committed" BIGINT,
    "passed_at" TIMESTAMPTZ(3),
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "replay_watermark_pkey" PRIMARY KEY ("replay_id","partition")
);

-- CreateTable
CREATE TABLE "lineage_attempt" (
    "cluster_id" TEXT NOT NULL,
    "lineage_root" TEXT NOT NULL,
    "replay_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lineage_attempt_pkey" PRIMARY KEY ("cluster_id","lineage_root","replay_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_name_key" ON "app_user"("name");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- CreateIndex
CREATE INDEX "audit_event_actor_seq_idx" ON "audit_event"("actor", "seq");

-- CreateIndex
CREATE INDEX "audit_event_action_seq_idx" ON "audit_event"("action", "seq");

-- CreateIndex
CREATE INDEX "audit_event_resource_seq_idx" ON "audit_event"("resource", "seq");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- CreateIndex
CREATE INDEX "marker_at_idx" ON "marker"("at");

-- CreateIndex
CREATE INDEX "dead_letter_topic_cluster_topic_idx" ON "dead_letter_topic"("cluster", "topic");

-- CreateIndex
CREATE INDEX "dead_letter_cluster_id_topic_id_fingerprint_at_idx" ON "dead_letter"("cluster_id", "topic_id", "fingerprint", "at");

-- CreateIndex
CREATE INDEX "dead_letter_cluster_id_topic_id_at_idx" ON "dead_letter"("cluster_id", "topic_id", "at");

-- CreateIndex
CREATE INDEX "dead_letter_cluster_id_lineage_root_idx" ON "dead_letter"("cluster_id", "lineage_root");

-- CreateIndex
CREATE INDEX "dead_letter_cluster_id_key_hash_idx" ON "dead_letter"("cluster_id", "key_hash");

-- CreateIndex
CREATE INDEX "dead_letter_hop_topic_hop_partition_hop_offset_idx" ON "dead_letter"("hop_topic", "hop_partition", "hop_offset");

-- CreateIndex
CREATE INDEX "dead_letter_disposition_replay_id_idx" ON "dead_letter_disposition"("replay_id");

-- CreateIndex
CREATE INDEX "replay_state_idx" ON "replay"("state");

-- CreateIndex
CREATE INDEX "replay_created_at_idx" ON "replay"("created_at");

-- CreateIndex
CREATE INDEX "replay_reservation_replay_id_idx" ON "replay_reservation"("replay_id");

-- CreateIndex
CREATE INDEX "replay_batch_replay_id_shard_from_ordinal_idx" ON "replay_batch"("replay_id", "shard", "from_ordinal");

-- CreateIndex
CREATE INDEX "replay_landing_replay_id_idx" ON "replay_landing"("replay_id");

-- AddForeignKey
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replay_approval" ADD CONSTRAINT "replay_approval_replay_id_fkey" FOREIGN KEY ("replay_id") REFERENCES "replay"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "manifest_chunk" ADD CONSTRAINT "manifest_chunk_replay_id_fkey" FOREIGN KEY ("replay_id") REFERENCES "replay"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replay_batch" ADD CONSTRAINT "replay_batch_replay_id_fkey" FOREIGN KEY ("replay_id") REFERENCES "replay"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "replay_return" ADD CONSTRAINT "replay_return_replay_id_fkey" FOREIGN KEY ("replay_id") REFERENCES "replay"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---- what Prisma's schema language can't say ----

-- The audit log is append-only: by privilege (the app's role gets no UPDATE, DELETE or TRUNCATE) and by trigger.
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, repeat('0', 64));
ALTER TABLE audit_head ADD CONSTRAINT audit_head_single CHECK (id = 1);
ALTER TABLE audit_event ADD CONSTRAINT audit_event_prev_unique UNIQUE (prev);

CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_head_no_delete BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

-- The head only moves forward, one line at a time.
CREATE FUNCTION audit_head_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <> OLD.seq + 1 THEN
    RAISE EXCEPTION 'the audit head moves one line at a time (from % to %)', OLD.seq, NEW.seq;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION audit_head_moves_forward();

-- A frozen manifest does not change.
CREATE FUNCTION manifest_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a manifest chunk is never changed; planning again replaces it';
END $$;
CREATE TRIGGER manifest_chunk_frozen BEFORE UPDATE ON manifest_chunk
  FOR EACH ROW EXECUTE FUNCTION manifest_is_frozen();
