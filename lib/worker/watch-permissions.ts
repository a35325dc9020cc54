import { setTimeout as sleep } from 'node:timers/promises';
import { lookAtPermissions, type PermissionDeps } from '#lib/usecases/look-at-permissions.ts';

const lookMs = 60_000;

/** Looks every minute until the signal; a look that fails is logged and leaves what was known, with its age. */
export async function watchPermissions(
  deps: PermissionDeps & { log: (message: string) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await lookAtPermissions(deps).catch((error: unknown) =>
      deps.log(
        `what may be written to in ${deps.cluster.name} is not known: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
    await sleep(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
