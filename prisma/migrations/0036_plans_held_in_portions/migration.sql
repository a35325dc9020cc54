-- Records of a plan are held portion by portion, while the next are read, and are staged in fewer bytes: under a number, and with half of the hash of their key
-- (docs/adr/0046).
TRUNCATE "plan_staging", "plan_record", "plan_chunk";

ALTER TABLE "plan_staging" DROP COLUMN "id";
ALTER TABLE "plan_staging" ADD COLUMN "id" SERIAL, ADD CONSTRAINT "plan_staging_pkey" PRIMARY KEY ("id");

ALTER TABLE "plan_chunk" DROP COLUMN "plan_id";
ALTER TABLE "plan_chunk" ADD COLUMN "plan_id" INTEGER NOT NULL, ADD CONSTRAINT "plan_chunk_pkey" PRIMARY KEY ("plan_id", "index");

DROP TABLE "plan_record";

-- CreateTable
CREATE UNLOGGED TABLE "plan_record" (
    "plan_id" INTEGER NOT NULL,
    "portion" SMALLINT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_digest" UUID,
    "lineage_root" TEXT NOT NULL,
    "diverted" TEXT
);
