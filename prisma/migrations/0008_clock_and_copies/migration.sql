-- CreateTable
CREATE TABLE "dead_letter_expiry" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "cause" TEXT,
    "sure" TEXT,
    "partition" INTEGER,
    "offset" BIGINT,
    "source_topic" TEXT,
    "source_partition" INTEGER,
    "source_offset" BIGINT,
    "retention_ms" DOUBLE PRECISION,
    "segment_ms" DOUBLE PRECISION,
    "not_told" TEXT[],

    CONSTRAINT "dead_letter_expiry_pkey" PRIMARY KEY ("cluster_id","topic_id")
);

-- CreateTable
CREATE TABLE "dead_letter_copy" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "destination_topic_id" TEXT NOT NULL,
    "destination_topic" TEXT NOT NULL,
    "destination_partition" INTEGER,
    "destination_offset" BIGINT,
    "replay_id" TEXT NOT NULL,
    "lineage_root" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dead_letter_copy_pkey" PRIMARY KEY ("cluster_id","topic_id","partition","offset","destination_topic_id")
);

-- CreateIndex
CREATE INDEX "dead_letter_copy_replay_id_lineage_root_idx" ON "dead_letter_copy"("replay_id", "lineage_root");

-- Pointers are few or all: a record with a payload of its own pays nothing for it.
CREATE INDEX "dead_letter_pointer_idx" ON "dead_letter"("cluster_id", "topic_id", "hop_topic", "hop_partition", "hop_offset") WHERE "pointer";

-- AlterTable
ALTER TABLE "replay" ADD COLUMN "purpose" TEXT NOT NULL DEFAULT 'replay';
