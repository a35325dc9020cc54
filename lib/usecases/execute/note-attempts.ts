import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Stores } from '#lib/store/database.ts';
import { isUniqueViolation } from '#lib/store/failure.ts';
import type { ExecutionDeps } from './deps.ts';
import type { ExecutionSession } from './session.ts';

type Attempting = Pick<Replay, 'clusterId' | 'id' | 'purpose'>;

const rootsOf = (entries: readonly ManifestEntry[]): string[] =>
  entries.map(({ lineageRoot }) => lineageRoot);

/** What a batch sends on is an attempt of its lineage roots; a copy that nobody processes is none, nor is what is diverted. */
export async function noteAttempts(
  stores: Stores,
  replay: Attempting,
  entries: readonly ManifestEntry[],
  at: Date,
  how: 'add' | 'addNew' = 'add',
): Promise<void> {
  if (replay.purpose !== 'replay') return;
  const attempted = entries.filter(({ divert }) => !divert);
  if (attempted.length > 0)
    await stores.lineageAttempts[how](replay.clusterId, replay.id, rootsOf(attempted), at);
}

/**
 * The same before the batch's turn, which so many rows would hold up: under the lease, so that whoever takes over finds all that was noted. Nothing is known of
 * their records yet: what is not sent after all is forgotten by the intent that says so.
 * @returns whether they are noted
 */
export async function noteAttemptsAhead(
  deps: ExecutionDeps,
  replay: Attempting,
  { lease }: Pick<ExecutionSession, 'lease'>,
  entries: readonly ManifestEntry[],
): Promise<boolean> {
  const note = (how: 'add' | 'addNew') =>
    deps.database.transact(async (stores) => {
      const held = await stores.leases.holds(lease);
      if (held) await noteAttempts(stores, replay, entries, deps.clock(), how);
      return held;
    });
  // A root that comes twice in a replay, or was noted for a worker that is gone, is rare: then all of them are asked for.
  return note('addNew').catch((error) => {
    if (isUniqueViolation(error)) return note('add');
    throw error;
  });
}

/**
 * These entries are not sent by this replay: what was noted of them ahead, or for a batch that did not come to be sent, was no attempt.
 * @param sent what the same batch sends: an attempt of their roots, whatever else of these is left out
 */
export async function forgetAttempts(
  stores: Pick<Stores, 'lineageAttempts'>,
  replay: Attempting,
  entries: readonly ManifestEntry[],
  sent: readonly ManifestEntry[] = [],
): Promise<void> {
  if (replay.purpose !== 'replay' || entries.length === 0) return;
  const attempted = new Set(rootsOf(sent.filter(({ divert }) => !divert)));
  const roots = rootsOf(entries).filter((root) => !attempted.has(root));
  if (roots.length > 0) await stores.lineageAttempts.remove(replay.clusterId, replay.id, roots);
}
