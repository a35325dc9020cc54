import { readdirSync } from 'node:fs';
import { postmasterFile, postmasterOf } from '../launcher/postmaster.ts';

/** Data folders of servers that run, or did. */
const dataFolders = (within: string): string[] =>
  readdirSync(within, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === postmasterFile)
    .map((entry) => entry.parentPath);

/**
 * Ends at once every Postgres whose data lies in this folder, which is about to be removed: a test that was killed while it had a server of its own leaves it, in a
 * session of its own that no signal to the test reaches.
 */
export function endLeftPostgres(within: string): void {
  for (const data of dataFolders(within)) {
    const left = postmasterOf(data);
    if (left) process.kill(left.pid, 'SIGQUIT');
  }
}
