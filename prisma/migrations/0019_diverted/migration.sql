-- Why a staged record goes to the quarantine instead of its destination; null where it goes to the destination.
ALTER TABLE "plan_record" ADD COLUMN "diverted" TEXT;
