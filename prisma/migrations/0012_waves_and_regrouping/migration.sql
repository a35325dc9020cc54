-- CreateTable
-- What waits in the retry topics of a dead-letter topic's flow, as the worker last looked.
CREATE TABLE "dead_letter_wave" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "waiting" JSONB NOT NULL,

    CONSTRAINT "dead_letter_wave_pkey" PRIMARY KEY ("cluster_id","topic_id")
);

-- CreateTable
-- By which rules a topic's rows were grouped (docs/adr/0018). Empty rules: nobody wrote them down.
CREATE TABLE "dead_letter_grouping" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "rules" TEXT NOT NULL,
    "target" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "looked" BIGINT NOT NULL DEFAULT 0,
    "changed" BIGINT NOT NULL DEFAULT 0,
    "by_index" BIGINT NOT NULL DEFAULT 0,
    "kept" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "dead_letter_grouping_pkey" PRIMARY KEY ("cluster_id","topic_id")
);

-- CreateTable
-- How far regrouping has come: offsets from `first_offset` to before `end_offset`, of which those before `next_offset` are done.
CREATE TABLE "dead_letter_regrouped" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "first_offset" BIGINT NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "end_offset" BIGINT NOT NULL,

    CONSTRAINT "dead_letter_regrouped_pkey" PRIMARY KEY ("cluster_id","topic_id","partition")
);

-- CreateTable
-- While a topic is regrouped: how many rows went from which failure group to which other.
CREATE TABLE "dead_letter_move" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "from_fingerprint" TEXT NOT NULL,
    "to_fingerprint" TEXT NOT NULL,
    "n" BIGINT NOT NULL,

    CONSTRAINT "dead_letter_move_pkey" PRIMARY KEY ("cluster_id","topic_id","from_fingerprint","to_fingerprint")
);
