-- An incident as it was opened: what it is called and about. Never changed; what happened to it afterwards are its entries.
CREATE TABLE "incident" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "about" JSONB NOT NULL,
    "look_back_ms" INTEGER NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_by" TEXT NOT NULL,

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "incident_opened_at_idx" ON "incident"("opened_at");

-- Notes, things that were added, closings and reopenings, in the order in which they came. The last closing or reopening says how the incident stands.
CREATE TABLE "incident_entry" (
    "seq" BIGSERIAL NOT NULL,
    "incident_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "about" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,

    CONSTRAINT "incident_entry_pkey" PRIMARY KEY ("seq"),
    CONSTRAINT "incident_entry_incident_id_fkey" FOREIGN KEY ("incident_id") REFERENCES "incident"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "incident_entry_kind" CHECK ("kind" IN ('note', 'added', 'closed', 'reopened')),
    CONSTRAINT "incident_entry_about" CHECK (("kind" = 'added') = ("about" IS NOT NULL))
);
CREATE INDEX "incident_entry_incident_id_seq_idx" ON "incident_entry"("incident_id", "seq");

-- What had joined the timeline when the incident was closed: its sources are kept for a day to a month only.
CREATE TABLE "incident_record" (
    "entry_seq" BIGINT NOT NULL,
    "incident_id" TEXT NOT NULL,
    "record" JSONB NOT NULL,

    CONSTRAINT "incident_record_pkey" PRIMARY KEY ("entry_seq"),
    CONSTRAINT "incident_record_entry_seq_fkey" FOREIGN KEY ("entry_seq") REFERENCES "incident_entry"("seq") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "incident_record_incident_id_entry_seq_idx" ON "incident_record"("incident_id", "entry_seq");

-- What was told of alerts: an alert's own row holds its last episode alone, and for a day.
CREATE TABLE "alert_event" (
    "id" BIGSERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "cluster" TEXT NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "alert_event_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "alert_event_cluster_at_idx" ON "alert_event"("cluster", "at");
CREATE INDEX "alert_event_at_idx" ON "alert_event"("at");

-- Incidents are append-only like the audit log: by privilege (lib/store/migrations/app-role.ts) and by trigger.
CREATE FUNCTION incident_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'incidents are append-only';
END $$;
CREATE TRIGGER incident_no_change BEFORE UPDATE OR DELETE ON "incident"
  FOR EACH ROW EXECUTE FUNCTION incident_is_append_only();
CREATE TRIGGER incident_no_truncate BEFORE TRUNCATE ON "incident"
  FOR EACH STATEMENT EXECUTE FUNCTION incident_is_append_only();
CREATE TRIGGER incident_entry_no_change BEFORE UPDATE OR DELETE ON "incident_entry"
  FOR EACH ROW EXECUTE FUNCTION incident_is_append_only();
CREATE TRIGGER incident_entry_no_truncate BEFORE TRUNCATE ON "incident_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION incident_is_append_only();
CREATE TRIGGER incident_record_no_change BEFORE UPDATE OR DELETE ON "incident_record"
  FOR EACH ROW EXECUTE FUNCTION incident_is_append_only();
CREATE TRIGGER incident_record_no_truncate BEFORE TRUNCATE ON "incident_record"
  FOR EACH STATEMENT EXECUTE FUNCTION incident_is_append_only();
