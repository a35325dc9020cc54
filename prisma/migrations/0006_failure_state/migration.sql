-- CreateTable
CREATE TABLE "failure_state" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "claimed_by" TEXT,
    "claimed_at" TIMESTAMPTZ(3),
    "muted_until" TIMESTAMPTZ(3),
    "mute_reason" TEXT,
    "muted_by" TEXT,
    "snoozed_until" TIMESTAMPTZ(3),
    "snoozed_by" TEXT,
    "snooze_ends" JSONB,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "failure_state_pkey" PRIMARY KEY ("cluster_id","topic_id","fingerprint")
);

-- CreateIndex
CREATE INDEX "dead_letter_disposition_at_idx" ON "dead_letter_disposition"("at");
