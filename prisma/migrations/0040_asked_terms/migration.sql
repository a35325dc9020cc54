-- Which bounds and terms of the first batch a person asked for: the others follow a policy that was tightened since, when the replay is planned again. Of replays
-- from before nobody knows; theirs follow the policy, which only tightens.
ALTER TABLE "replay" ADD COLUMN "asked" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
