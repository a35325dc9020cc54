-- CreateTable
-- What the rules of agreement found on a flow at the worker's last look: one row a declared flow.
CREATE TABLE "flow_check" (
    "cluster" TEXT NOT NULL,
    "flow" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "findings" JSONB NOT NULL,

    CONSTRAINT "flow_check_pkey" PRIMARY KEY ("cluster", "flow")
);
