-- Records of a plan are held portion by portion, while the next are read, and are staged in fewer bytes: under a number, and with half of the hash of their key
-- (docs/adr/0046).
TRUNCATE "plan_staging", "plan_record", "plan_chunk";

ALTER TABLE "plan_staging" DROP COLUMN "id";
ALTER TABLE "plan_staging" ADD COLUMN "id" SERIAL, ADD CONSTRAINT "plan_staging_pkey" PRIMARY KEY ("id");

ALTER TABLE "plan_chunk" DROP COLUMN "plan_id";
ALTER TABLE "plan_chunk" ADD COLUMN "plan_id" INTEGER NOT NULL, ADD CONSTRAINT "plan_chunk_pkey" PRIMARY KEY ("plan_id", "index");

DROP TABLE "plan_record";

-- CreateTable
CREATE UNLOGGED TABLE "plan_record" (
    "plan_id" INTEGER NOT NULL,
    "portion" SMALLINT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_digest" UUID,
    "lineage_root" TEXT NOT NULL,
    "diverted" TEXT
);

-- By replay, both are only asked when it gives back what it holds, which is rare; every row that is held paid for it. What is reserved is that of active replays:
-- it is gone through. What was decided stays, and a replay's rows lie together: a summary of each megabyte says where they can't be.
DROP INDEX "replay_reservation_replay_id_idx";
DROP INDEX "dead_letter_disposition_replay_id_idx";
CREATE INDEX "dead_letter_disposition_replay_id_idx" ON "dead_letter_disposition" USING BRIN ("replay_id" text_bloom_ops) WITH (autosummarize = on);
