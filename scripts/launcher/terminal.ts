import { closeSync, openSync } from 'node:fs';

/** Whether this process has a terminal that is still there: one that was closed can't be opened any more, and sends a SIGHUP of its own. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
