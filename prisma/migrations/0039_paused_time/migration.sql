-- How long a replay may run is of the time that it ran: since when it has been paused, and for how long it was before.
ALTER TABLE "replay" ADD COLUMN "paused_at" timestamptz(3), ADD COLUMN "paused_ms" bigint NOT NULL DEFAULT 0;
UPDATE "replay" SET "paused_at" = "updated_at" WHERE "state" = 'paused';
