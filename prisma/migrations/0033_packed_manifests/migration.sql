-- Chunks of a manifest come packed (brotli) by the process that makes them: a seventh of the time that Postgres took to compress their text, and two
-- thirds of the room. Those that are there stay text; nothing of a frozen manifest is written anew.
ALTER TABLE "manifest_chunk" ALTER COLUMN "body" DROP NOT NULL, ADD COLUMN "packed" BYTEA;
ALTER TABLE "manifest_chunk" ALTER COLUMN "packed" SET STORAGE EXTERNAL,
  ADD CONSTRAINT "manifest_chunk_one_body" CHECK (num_nonnulls("body", "packed") = 1);

-- Staging is never older than an hour, and a plan that is being made while this is applied is made again.
TRUNCATE "plan_staging", "plan_record", "plan_chunk";
ALTER TABLE "plan_chunk" DROP COLUMN "body", ADD COLUMN "packed" BYTEA NOT NULL;
ALTER TABLE "plan_chunk" ALTER COLUMN "packed" SET STORAGE EXTERNAL;

-- What the lines of a manifest say stays with the process that writes them; here is what questions over the whole set need.
ALTER TABLE "plan_record" DROP COLUMN "content_hash", DROP COLUMN "bytes", DROP COLUMN "origin_at", DROP COLUMN "convention",
  DROP COLUMN "key_partition";
