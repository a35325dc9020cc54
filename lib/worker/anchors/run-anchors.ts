import { type AnchorDeps, anchorHead, signingPlace } from '#lib/usecases/audit/anchor-head.ts';

/** How often it is looked whether something is due; signing itself is at most once a minute. */
const lookMs = 5000;

/** Signs and anchors heads of the audit log until the signal, one worker at a time under the lease that calls this. */
export async function runAnchors(
  deps: AnchorDeps & { sleep: (ms: number, signal: AbortSignal) => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  await deps.database.stores.auditAnchors.forgetOthers([
    signingPlace,
    ...deps.places.map(({ name }) => name),
  ]);
  while (!signal.aborted) {
    await anchorHead(deps);
    await deps.sleep(lookMs, signal);
  }
}
