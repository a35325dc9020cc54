import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrateDatabase, passwordOf, withoutPassword } from '../launcher/database.ts';
import { messageOf } from '../launcher/start-error.ts';

async function waitForPostgres(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`${withoutPassword(url)} does not answer: ${messageOf(error)}`, { cause: error });
      await sleep(500);
    }
  }
}

/**
 * `npm run migrate`: brings a database of your own to this version, for installations without the launcher (compose.yaml).
 * DATABASE_URL is the owner's, SLUICE_APP_DATABASE_URL names the password of the role that Sluice connects as.
 */
export async function main(root: string): Promise<number> {
  const { DATABASE_URL: ownerUrl, SLUICE_APP_DATABASE_URL: appUrl } = process.env;
  if (!ownerUrl || !appUrl) {
    console.error(
      'Set DATABASE_URL (the owner) and SLUICE_APP_DATABASE_URL (the role that Sluice connects as).',
    );
    return 1;
  }
  try {
    await waitForPostgres(ownerUrl, 60_000);
    const { applied } = await migrateDatabase(ownerUrl, passwordOf(appUrl), root);
    console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  }
}
