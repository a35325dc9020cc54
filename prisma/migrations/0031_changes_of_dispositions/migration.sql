-- What becomes of a dead letter is written in place (docs/adr/0037): no index holds what changes with it, and its page has room for the new version,
-- so that an update touches neither an index nor another page. Pages that are full already keep what they have.
DROP INDEX "dead_letter_disposition_at_idx";
ALTER TABLE "dead_letter_disposition" SET (fillfactor = 50);

-- CreateTable
-- One row a statement that decided something, for whoever watches for changes: the index on the time of a decision had been there for that.
CREATE TABLE "dead_letter_change" (
    "id" BIGSERIAL NOT NULL,

    CONSTRAINT "dead_letter_change_pkey" PRIMARY KEY ("id")
);

CREATE FUNCTION dead_letter_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN PERFORM 1 FROM removed LIMIT 1; ELSE PERFORM 1 FROM added LIMIT 1; END IF;
  IF FOUND THEN INSERT INTO dead_letter_change DEFAULT VALUES; END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER dead_letter_disposition_change_insert AFTER INSERT ON dead_letter_disposition
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_decided();
CREATE TRIGGER dead_letter_disposition_change_update AFTER UPDATE ON dead_letter_disposition
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_decided();
CREATE TRIGGER dead_letter_disposition_change_delete AFTER DELETE ON dead_letter_disposition
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION dead_letter_decided();
