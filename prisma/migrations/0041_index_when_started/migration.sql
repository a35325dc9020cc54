-- How far the dead-letter index had come when a replay sent its first record: what stood there before is no return of it, although its last hop may be a place
-- of the same name, where an earlier topic of that name was.
CREATE TABLE "replay_index_start" (
  "replay_id" text NOT NULL REFERENCES "replay" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "topic_id" text NOT NULL,
  "partition" integer NOT NULL,
  "next_offset" bigint NOT NULL,
  PRIMARY KEY ("replay_id", "topic_id", "partition")
);
