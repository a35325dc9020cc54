import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Database, openDatabase } from '#lib/store/database.ts';
import { UsageError } from './command.ts';

/** The checkout that this program belongs to. */
export const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const runtimeFile = z.object({
  kafkaBrokers: z.string().nullable(),
  databaseUrl: z.string(),
  pids: z.record(z.string(), z.number().nullable()),
});
export type Runtime = z.infer<typeof runtimeFile>;

const homeOf = (env: NodeJS.ProcessEnv) =>
  env.SLUICE_HOME ? path.resolve(env.SLUICE_HOME) : path.join(checkout, '.sluice');

/** What the Sluice of this checkout last wrote about itself; null when it never started. */
export async function readRuntime(env: NodeJS.ProcessEnv): Promise<Runtime | null> {
  try {
    return runtimeFile.parse(JSON.parse(await readFile(path.join(homeOf(env), 'runtime.json'), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The database by DATABASE_URL, SLUICE_APP_DATABASE_URL, or the runtime.json of the Sluice that runs from this checkout. */
async function findDatabaseUrl(env: NodeJS.ProcessEnv): Promise<string> {
  const url = env.DATABASE_URL || env.SLUICE_APP_DATABASE_URL || (await readRuntime(env))?.databaseUrl;
  if (url) return url;
  throw new UsageError(
    `No database: set DATABASE_URL, or start Sluice (${homeOf(env)}/runtime.json is not there).`,
  );
}

export async function withDatabase<T>(
  env: NodeJS.ProcessEnv,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase(await findDatabaseUrl(env), { maxConnections: 2 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
