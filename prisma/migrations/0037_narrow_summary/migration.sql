-- The summary of which replay decided (0036) kept room for a tenth of a megabyte's rows to be of different replays, and that was copied for every row that came
-- where others had been given back: 4 microseconds, as much as all else of holding a record. Room for 128 replays takes a fifth of that, and where there are more
-- of them the megabyte is looked through.
DROP INDEX "dead_letter_disposition_replay_id_idx";
CREATE INDEX "dead_letter_disposition_replay_id_idx" ON "dead_letter_disposition"
  USING BRIN ("replay_id" text_bloom_ops (n_distinct_per_range = 128)) WITH (autosummarize = on);
