import type { Random } from './random.ts';

export const faultKinds = [
  'worker_killed',
  'worker_stalled',
  'call_refused',
  'reply_lost',
  'request_late',
  'broker_restarted',
  'database_restarted',
  'cursor_lost',
  'clock_off',
  'source_expired',
  'source_recreated',
  'destination_recreated',
  'destination_grown',
  'policy_changed',
  'chunk_tampered',
  'transaction_hung',
  'came_back',
  'target_stopped',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type FaultCounts = Record<FaultKind, number>;

export const noFaults = (): FaultCounts =>
  Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as FaultCounts;

/** Which faults a seed may meet: only some of them, so that each also shows without the others in its way. */
export function faultsOfSeed(random: Random): ReadonlySet<FaultKind> {
  if (random.chance(0.04)) return new Set();
  const share = random.pick([0.2, 0.4, 0.6]);
  return new Set(faultKinds.filter(() => random.chance(share)));
}
