-- CreateTable
-- What the principal that writes may do, asked of Kafka by the workers. allowed is null where the broker did not tell; why says so.
CREATE TABLE "write_permission" (
    "cluster" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "worker_id" TEXT NOT NULL,
    "allowed" BOOLEAN,
    "why" TEXT,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "write_permission_pkey" PRIMARY KEY ("cluster","topic","worker_id")
);

-- CreateTable
-- A replay that one person started without approval, and the review that this demands. Once a replay.
CREATE TABLE "break_glass" (
    "replay_id" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "review_by" TIMESTAMPTZ(3) NOT NULL,
    "reviewer_id" TEXT,
    "reviewer" TEXT,
    "verdict" TEXT,
    "comment" TEXT,
    "reviewed_at" TIMESTAMPTZ(3),
    -- when the audit log was told that the review is overdue
    "overdue_at" TIMESTAMPTZ(3),

    CONSTRAINT "break_glass_pkey" PRIMARY KEY ("replay_id"),
    CONSTRAINT "break_glass_replay_id_fkey" FOREIGN KEY ("replay_id") REFERENCES "replay"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "break_glass_reviewed_at_idx" ON "break_glass"("reviewed_at");
