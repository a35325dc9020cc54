-- A replay that Sluice drafted for what came back from another one; whoever plans it decides. null for what a person drafted.
ALTER TABLE "replay" ADD COLUMN "drafted_for" TEXT;
CREATE INDEX "replay_drafted_for_idx" ON "replay" ("drafted_for");
