import { constants } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { roles } from '#lib/domain/access/roles.ts';
import type { DemoCredentials } from './first-users.ts';

const schema = z.object({
  baseUrl: z.string(),
  users: z.array(
    z.object({ name: z.string(), role: z.enum(roles), password: z.string(), token: z.string() }),
  ),
  metricsToken: z.string(),
});

export const credentialsPath = (home: string): string => path.join(home, 'credentials.json');

/** null when there is none. @throws Error when it is there but not readable as such */
export async function readCredentials(home: string): Promise<DemoCredentials | null> {
  const file = credentialsPath(home);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is not a credentials file any more. Move it away and start again.`, {
      cause: error,
    });
  }
}

/** Writes it whole or not at all, readable by its owner only, and on disk before it returns. */
export async function writeCredentials(home: string, credentials: DemoCredentials): Promise<void> {
  const file = credentialsPath(home);
  const draft = `${file}.${process.pid}.tmp`;
  await rm(draft, { force: true });
  const handle = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
