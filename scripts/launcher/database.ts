import path from 'node:path';
import pg from 'pg';
import { ensureAppRole } from '#lib/store/migrations/app-role.ts';
import { applyMigrations } from '#lib/store/migrations/migrate.ts';
import { messageOf, StartError } from './start-error.ts';

export type DatabaseUrls = { ownerUrl: string; appUrl: string };

/** @returns the owner's connection string for a database of the embedded server */
export const embeddedUrl = (port: number, password: string, database: string): string =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;

/** Makes the database when it is not there. @param serverUrl of the server's `postgres` database */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/**
 * Brings a database to this version: migrations, and the role that Sluice itself connects as.
 * @returns its connection strings and the names of the migrations applied now
 */
export async function migrateDatabase(
  ownerUrl: string,
  appPassword: string,
  root: string,
): Promise<DatabaseUrls & { applied: string[] }> {
  try {
    const applied = await applyMigrations(ownerUrl, path.join(root, 'prisma', 'migrations'));
    return { ownerUrl, appUrl: await ensureAppRole(ownerUrl, appPassword), applied };
  } catch (error) {
    throw new StartError(
      `The database at ${withoutPassword(ownerUrl)} can't be made ready: ${messageOf(error)}`,
    );
  }
}

export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = '';
    return parsed.toString();
  } catch {
    return '(DATABASE_URL is no URL)';
  }
}

/** The password in the connection string of the app's role, where the operator has chosen it. */
export function passwordOf(appUrl: string): string {
  try {
    return decodeURIComponent(new URL(appUrl).password);
  } catch {
    throw new StartError(
      'SLUICE_APP_DATABASE_URL is no connection string (postgresql://user:password@host:port/database).',
    );
  }
}
