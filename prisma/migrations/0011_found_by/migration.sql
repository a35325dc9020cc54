-- AlterTable
-- Why a topic is taken for a dead-letter topic: [{"by": "flow" | "config" | "share_group" | "pattern", "name": …}]. null for topics that were
-- noted before, until the indexer looks again.
ALTER TABLE "dead_letter_topic" ADD COLUMN "found_by" JSONB;
