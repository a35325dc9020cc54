-- A person may be known by a provider instead of a password (docs/adr/0048): which name or subject of it is whom, and which groups it told last.
CREATE TABLE "identity" (
  "provider" text NOT NULL,
  "subject" text NOT NULL,
  "user_id" text NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
  "linked_at" timestamptz(3) NOT NULL,
  "linked_by" text NOT NULL,
  "groups" text[] NOT NULL DEFAULT '{}',
  "groups_at" timestamptz(3),
  PRIMARY KEY ("provider", "subject")
);
CREATE INDEX "identity_user_id_idx" ON "identity" ("user_id");
CREATE INDEX "app_user_lower_name_idx" ON "app_user" (lower("name"));
-- null: there is no password, and nobody signs in with one.
ALTER TABLE "app_user" ALTER COLUMN "password_hash" DROP NOT NULL;
