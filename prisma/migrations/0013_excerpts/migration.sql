-- CreateTable
-- The beginning of a dead letter's value, masked, where its flow allows that. Apart from the index, so that flows without it pay nothing, and that
-- excerpts can be removed without touching a row of it. `rule` tells under which size and masks it was made: another one is never shown.
CREATE TABLE "dead_letter_excerpt" (
    "cluster_id" TEXT NOT NULL,
    "topic_id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "rule" TEXT NOT NULL,
    "excerpt" JSONB NOT NULL,

    CONSTRAINT "dead_letter_excerpt_pkey" PRIMARY KEY ("cluster_id","topic_id","partition","offset")
);

-- CreateIndex
CREATE INDEX "dead_letter_excerpt_cluster_id_topic_id_rule_idx" ON "dead_letter_excerpt"("cluster_id", "topic_id", "rule");
