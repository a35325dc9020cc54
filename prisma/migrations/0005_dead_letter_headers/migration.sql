-- AlterTable
-- What filters can find of a record's headers: name → values in order. null for rows that were indexed before; no index, since
-- filters run within one topic.
ALTER TABLE "dead_letter" ADD COLUMN "headers" JSONB;
