import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { lookAt } from '../launcher/process-identity.ts';

const pidFile = 'postmaster.pid';

/** Data folders of servers that run, or did: Postgres tells its own process in a file there. */
const dataFolders = (within: string): string[] =>
  readdirSync(within, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === pidFile)
    .map((entry) => entry.parentPath);

/**
 * Ends at once every Postgres whose data lies in this folder, which is about to be removed: a test that was killed while it had a server of its own leaves it, in a
 * session of its own that no signal to the test reaches.
 */
export function endLeftPostgres(within: string): void {
  for (const data of dataFolders(within)) {
    const [pid] = readFileSync(path.join(data, pidFile), 'utf8').split('\n');
    const seen = lookAt(Number(pid));
    if (seen?.command.includes(`-D ${data} `)) process.kill(seen.pid, 'SIGQUIT');
  }
}
