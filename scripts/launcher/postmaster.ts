import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lookAt, type Seen } from './process-identity.ts';

/** Postgres tells its own process in its data folder. */
export const postmasterFile = 'postmaster.pid';

/** The Postgres that runs over this data folder; null where none does, or another process has its number by now. */
export function postmasterOf(data: string): Seen | null {
  const file = path.join(data, postmasterFile);
  if (!existsSync(file)) return null;
  const [pid] = readFileSync(file, 'utf8').split('\n');
  const seen = lookAt(Number(pid));
  return seen?.command.includes(`-D ${data} `) ? seen : null;
}
