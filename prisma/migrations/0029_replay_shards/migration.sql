-- How many shards a replay has stands in its plan, where the seal covers it.
ALTER TABLE "replay" DROP COLUMN "shards";

-- CreateTable
-- The rate of a replay, shared by whoever sends for it, and when its gates were last judged: one row a replay that sends.
CREATE TABLE "replay_pace" (
    "replay_id" TEXT NOT NULL,
    "next_send_at" TIMESTAMPTZ(6) NOT NULL,
    "judged_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "replay_pace_pkey" PRIMARY KEY ("replay_id")
);

-- AddForeignKey
ALTER TABLE "replay_pace" ADD CONSTRAINT "replay_pace_replay_id_fkey" FOREIGN KEY ("replay_id") REFERENCES "replay"("id") ON DELETE CASCADE ON UPDATE CASCADE;
