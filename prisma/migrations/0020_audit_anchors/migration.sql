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

-- One line more, in one call: the head is locked from here to the end of the transaction, so the less is asked meanwhile, the more can be written.
-- `entry` is the text of the line between time and prev, as lib/domain/audit/line.ts writes it; what is hashed is what stands in the columns.
CREATE FUNCTION audit_append(actor text, action text, outcome text, code text, resource text, detail jsonb, entry text)
  RETURNS TABLE (seq bigint, hash text) LANGUAGE plpgsql AS $$
DECLARE
  head record;
  text_now text;
  hash_now text;
BEGIN
  SELECT h.seq + 1 AS seq, h.hash, date_trunc('milliseconds', greatest(h.at, clock_timestamp())) AS at INTO head
    FROM audit_head h WHERE h.id = 1 FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The audit log has no head row: the database was not migrated, or was tampered with.';
  END IF;
  text_now := '{"seq":' || head.seq || ',"at":"' || to_char(head.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '",' || entry || ',"prev":"' || head.hash || '"}';
  hash_now := encode(sha256(convert_to(text_now, 'UTF8')), 'hex');
  UPDATE audit_head h SET seq = head.seq, hash = hash_now, at = head.at WHERE h.id = 1;
  INSERT INTO audit_event VALUES (head.seq, head.at, actor, action, outcome, code, resource, detail, text_now, hash_now, head.hash);
  RETURN QUERY SELECT head.seq, hash_now;
END $$;

-- What a transaction wants to have in the log, put there when it commits: so the head is locked while the server commits, and not while somebody's
-- process thinks. Rows live until then only, so that nothing of them has to survive a crash.
CREATE UNLOGGED TABLE "audit_pending" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "code" TEXT,
    "resource" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "entry" TEXT NOT NULL,

    CONSTRAINT "audit_pending_pkey" PRIMARY KEY ("id")
);
CREATE FUNCTION audit_append_pending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM audit_append(NEW.actor, NEW.action, NEW.outcome, NEW.code, NEW.resource, NEW.detail, NEW.entry);
  DELETE FROM audit_pending p WHERE p.id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_pending_at_commit AFTER INSERT ON "audit_pending"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_append_pending();
CREATE FUNCTION audit_pending_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Taken back by hand, a line would be missing although what it records is committed: only the trigger above removes it.
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'the audit log is append-only';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER audit_pending_no_change BEFORE UPDATE OR DELETE ON "audit_pending"
  FOR EACH ROW EXECUTE FUNCTION audit_pending_stays();
