-- CreateTable
CREATE TABLE "group_event" (
    "id" BIGSERIAL NOT NULL,
    "cluster" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "group_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_watch" (
    "cluster" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "group_watch_pkey" PRIMARY KEY ("cluster","group_id")
);

-- CreateTable
CREATE TABLE "cluster_watch" (
    "cluster" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cluster_watch_pkey" PRIMARY KEY ("cluster")
);

-- CreateIndex
CREATE INDEX "group_event_cluster_group_id_at_idx" ON "group_event"("cluster", "group_id", "at");

-- CreateIndex
CREATE INDEX "group_event_at_id_idx" ON "group_event"("at", "id");
