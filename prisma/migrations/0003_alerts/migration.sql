-- CreateTable
CREATE TABLE "alert" (
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "cluster" TEXT NOT NULL,
    "flow" TEXT,
    "data" JSONB NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3),
    "notified_at" TIMESTAMPTZ(3),
    "absent_since" TIMESTAMPTZ(3),
    "recovered_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "notification" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "alert_key" TEXT NOT NULL,
    "alert_since" TIMESTAMPTZ(3) NOT NULL,
    "event" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "cluster" TEXT,
    "flow" TEXT,
    "scope" TEXT NOT NULL,
    "message" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "requested_by" TEXT,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "http_status" INTEGER,
    "last_error" TEXT,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "notification_count" (
    "endpoint" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "notification_count_pkey" PRIMARY KEY ("endpoint","outcome")
);

-- CreateIndex
CREATE UNIQUE INDEX "notification_id_key" ON "notification"("id");

-- CreateIndex
CREATE INDEX "notification_state_endpoint_seq_idx" ON "notification"("state", "endpoint", "seq");

-- CreateIndex
CREATE INDEX "notification_alert_key_alert_since_idx" ON "notification"("alert_key", "alert_since");

-- ---- what Prisma's schema language can't say ----

-- However many workers evaluate: one firing and one recovery of an episode for each endpoint.
CREATE UNIQUE INDEX "notification_once" ON "notification"("endpoint", "alert_key", "alert_since", "event")
  WHERE "event" IN ('firing', 'recovered');
