-- Which log this is: signed with every head, so that the head of one log is none of another.
ALTER TABLE "audit_head" ADD COLUMN "installation" UUID NOT NULL DEFAULT gen_random_uuid();

CREATE OR REPLACE FUNCTION audit_head_moves_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <> OLD.seq + 1 THEN
    RAISE EXCEPTION 'the audit head moves one line at a time (from % to %)', OLD.seq, NEW.seq;
  END IF;
  IF NEW.installation <> OLD.installation THEN
    RAISE EXCEPTION 'the audit log keeps its identity';
  END IF;
  RETURN NEW;
END $$;

-- Heads that were signed: they stand in exports behind the line that they sign.
CREATE TABLE "audit_signed_head" (
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "installation" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_id" TEXT NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "audit_signed_head_pkey" PRIMARY KEY ("seq")
);
CREATE TRIGGER audit_signed_head_no_change BEFORE UPDATE OR DELETE ON "audit_signed_head"
  FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();
CREATE TRIGGER audit_signed_head_no_truncate BEFORE TRUNCATE ON "audit_signed_head"
  FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_append_only();

-- Where heads are kept outside, how far that is, and since when and why it fails. The place `signing` stands for the signing itself.
CREATE TABLE "audit_anchor" (
    "place" TEXT NOT NULL,
    "anchored_seq" BIGINT,
    "anchored_at" TIMESTAMPTZ(3),
    "tried_at" TIMESTAMPTZ(3) NOT NULL,
    "failing_since" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "audit_anchor_pkey" PRIMARY KEY ("place")
);
