-- What a plan stages while it is made: rebuilt by planning again, so nothing of it needs to survive a crash of the server.
-- CreateTable
CREATE UNLOGGED TABLE "plan_staging" (
    "id" UUID NOT NULL,
    "staged_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plan_staging_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE UNLOGGED TABLE "plan_record" (
    "plan_id" UUID NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_hash" TEXT,
    "content_hash" TEXT NOT NULL,
    "lineage_root" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "origin_at" TIMESTAMPTZ(3),
    "convention" TEXT NOT NULL,
    "origin_topic" TEXT,
    "origin_partition" INTEGER,
    "origin_offset" BIGINT,
    "key_partition" INTEGER,
    "carried" UUID NOT NULL,

    CONSTRAINT "plan_record_pkey" PRIMARY KEY ("plan_id","partition","offset")
);

-- CreateTable
CREATE UNLOGGED TABLE "plan_chunk" (
    "plan_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "first_ordinal" INTEGER NOT NULL,
    "records" INTEGER NOT NULL,
    "root" TEXT NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "plan_chunk_pkey" PRIMARY KEY ("plan_id","index")
);
