-- A staged record is held and its key is asked about; what else is said of a plan is counted where it is made (docs/adr/0045). Rows are written once and read as
-- a whole, and no more than a few plans are staged at once: an index took most of what it cost to stage a record.
TRUNCATE "plan_staging", "plan_record", "plan_chunk";

DROP TABLE "plan_record";

-- CreateTable
CREATE UNLOGGED TABLE "plan_record" (
    "plan_id" UUID NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_hash" TEXT,
    "lineage_root" TEXT NOT NULL,
    "diverted" TEXT
);
