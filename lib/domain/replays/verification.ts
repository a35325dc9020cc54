import type { PackedOutcome } from './batch.ts';
import type { Replay } from './replay.ts';
import { isTerminal, type Verification } from './state.ts';

/** What was seen of the target. */
export type TargetSeen = {
  /** The slowest target group's committed offset by partition; null = none, or not readable. */
  watermarks: ReadonlyMap<number, bigint | null>;
  /** Ordinals that came back. */
  returned: ReadonlySet<number>;
  /** False where nobody is to consume: a quarantine. */
  hasTarget: boolean;
};

/** How far the settle time of a replay is over, and whether anybody still looks. */
export type Settled = {
  /** Of the ordinals below it is known whether they came back within the settle time. */
  settledTo: number;
  /** Nothing will be found any more. */
  ended: boolean;
};

/** Where the verification is being closed, and once it is, everything that will ever be known is known. */
export const allSettled: Settled = { settledTo: Number.POSITIVE_INFINITY, ended: true };

/**
 * How far the settle time is over, by what the executor has proven: all of it once the verification was closed, before that (and where it
 * never was, after an abort) the first batch, when that has passed. When what is on its way was consumed is not stored record by record.
 */
export function settledOf({ state, run }: Pick<Replay, 'state' | 'run'>): Settled {
  if (isTerminal(state) && state !== 'aborted') return allSettled;
  const first = run?.steps[0];
  return { settledTo: first?.state === 'passed' ? (first.records ?? 0) : 0, ended: isTerminal(state) };
}

/**
 * What became of one entry where it landed; null of what was not sent, and where nobody is there to consume it. Consumed past is one that the
 * target has committed past and that did not come back within the settle time (design.md): before that is over, nobody knows.
 */
export function verificationOf(
  [ordinal, outcome, partition, offset]: PackedOutcome,
  { watermarks, returned, hasTarget }: TargetSeen,
  { settledTo, ended }: Settled,
): Verification | null {
  if (outcome !== 'replayed' || !hasTarget) return null;
  if (returned.has(ordinal)) return 'came_back';
  const committed = partition === null ? null : (watermarks.get(partition) ?? null);
  const passed = committed !== null && offset !== null && committed > BigInt(offset);
  if (passed && ordinal < settledTo) return 'consumed_past';
  return ended ? 'indeterminate' : 'waiting';
}
