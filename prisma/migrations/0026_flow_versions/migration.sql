-- CreateTable
-- Every declaration of a flow that came into force, in its order: decisions refer to its hash.
CREATE TABLE "flow_version" (
    "cluster" TEXT NOT NULL,
    "flow" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "declaration" JSONB NOT NULL,
    "declared_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "flow_version_pkey" PRIMARY KEY ("cluster", "flow", "version")
);

-- CreateIndex
CREATE INDEX "flow_version_cluster_flow_hash_idx" ON "flow_version"("cluster", "flow", "hash");
