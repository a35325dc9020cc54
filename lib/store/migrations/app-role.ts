import pg from 'pg';

/** Tables where even the app may not rewrite what stands there, and two that it empties. */
const grants = [
  'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %role%',
  'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %role%',
  'REVOKE UPDATE, DELETE ON audit_event FROM %role%',
  'REVOKE INSERT, DELETE ON audit_head FROM %role%',
  'REVOKE UPDATE, DELETE ON audit_signed_head FROM %role%',
  'REVOKE UPDATE ON audit_pending FROM %role%',
  'REVOKE UPDATE ON manifest_chunk FROM %role%',
  'REVOKE UPDATE, DELETE ON flow_version FROM %role%',
  'REVOKE UPDATE, DELETE, TRUNCATE ON incident, incident_entry, incident_record FROM %role%',
  'GRANT TRUNCATE ON plan_record, plan_chunk TO %role%',
  'REVOKE ALL ON _prisma_migrations FROM %role%',
];

/**
 * Makes the role that Sluice itself connects as: it owns nothing, so it can't drop the triggers that keep the audit log append-only.
 * @returns the connection string of that role, for the same database
 */
export async function ensureAppRole(ownerUrl: string, password: string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const database = client.database ?? 'sluice';
    const name = `${database}_app`;
    const role = client.escapeIdentifier(name);
    const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
    const verb = known.rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(
      `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${client.escapeLiteral(password)}`,
    );
    await client.query(`GRANT CONNECT ON DATABASE ${client.escapeIdentifier(database)} TO ${role}`);
    await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    for (const grant of grants) await client.query(grant.replace('%role%', role));
    const url = new URL(ownerUrl);
    url.username = encodeURIComponent(name);
    url.password = encodeURIComponent(password);
    return url.toString();
  } finally {
    await client.end();
  }
}
