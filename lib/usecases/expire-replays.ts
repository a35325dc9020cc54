import type { Database } from '#lib/store/database.ts';
import { holdsTimeoutMs, releaseHolds } from './change-replay-state.ts';
import { systemActor } from './replay-deps.ts';

/**
 * Closes what was not approved or not started in time, and gives its records back. Any worker may call it, at any time.
 * @returns the ids that expired now
 */
export async function expireReplays({
  database,
  clock,
}: {
  database: Database;
  clock: () => Date;
}): Promise<string[]> {
  const now = clock();
  const expired: string[] = [];
  for (const { id, revision } of await database.stores.replays.pastTheirLimit(now, 100)) {
    const done = await database.transact(
      async (stores) => {
        const replay = await stores.replays.readForUpdate(id);
        if (!replay || replay.revision !== revision) return false;
        const approved = replay.state === 'approved';
        const limit = approved ? replay.startBy : replay.expiresAt;
        const reason = `It was not ${approved ? 'started' : 'approved'} by ${limit?.toISOString()}.`;
        const change = { state: 'expired', stateReason: reason, finishedAt: now } as const;
        if (!(await stores.replays.update(id, revision, change, now))) return false;
        await releaseHolds(stores, replay);
        await stores.audit.append({
          actor: systemActor,
          action: 'replay.expire',
          outcome: 'allowed',
          code: null,
          resource: `replay/${id}`,
          detail: { was: replay.state, limit, digest: replay.digest },
        });
        return true;
      },
      { timeoutMs: holdsTimeoutMs },
    );
    if (done) expired.push(id);
  }
  return expired;
}
