import type { Variables } from '#lib/config/environment.ts';
import { checkConfig } from '#lib/config/print.ts';
import { messageOf } from './start-error.ts';

export type ReloadDeps = {
  /** The file that the parts were started with. */
  configFile: string | null;
  env: Variables;
  /** Ends the parts that read the file, and starts them again. */
  restartParts: () => Promise<void>;
  say: (line: string) => void;
};

/**
 * Reads the configuration file again (config.md: on SIGHUP): the web and the worker begin anew with it, unless it can't be used; then all goes on as it
 * was, and what is wrong with the file is said. Asked for again while it is at it, it reads the file once more at the end.
 * @returns what to call on each SIGHUP; it rejects when a part does not come back
 */
export function createReload({ configFile, env, restartParts, say }: ReloadDeps): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;

  async function reloadOnce(): Promise<void> {
    if (configFile === null) {
      say('There is no configuration file to read again (SLUICE_CONFIG is not set).');
      return;
    }
    const checked = await checkConfig(configFile, env).catch((error) => ({
      ok: false as const,
      message: messageOf(error),
    }));
    if (!checked.ok) {
      say(`${configFile} can't be used, so nothing changes:\n${checked.message}`);
      return;
    }
    for (const warning of checked.warnings) say(`${configFile}: ${warning}`);
    await restartParts();
    say(`${configFile} was read again; the web and the worker run with it.`);
  }

  async function reload(): Promise<void> {
    do {
      again = false;
      await reloadOnce();
    } while (again);
  }

  return () => {
    again = running !== null;
    running ??= reload().finally(() => {
      running = null;
    });
    return running;
  };
}
