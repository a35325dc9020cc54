/** The states of a replay (design.md, "Replay: the life of one"). */
export const replayStates = [
  'draft',
  'planned',
  'blocked',
  'awaiting_approval',
  'rejected',
  'expired',
  'withdrawn',
  'approved',
  'canary',
  'ramping',
  'paused',
  'completed',
  'verifying',
  'verified',
  'came_back',
  'indeterminate',
  'aborted',
] as const;
export type ReplayState = (typeof replayStates)[number];

const terminal: ReadonlySet<ReplayState> = new Set([
  'rejected',
  'expired',
  'withdrawn',
  'verified',
  'came_back',
  'indeterminate',
  'aborted',
]);
/** True when nothing can happen to the replay any more. */
export const isTerminal = (state: ReplayState): boolean => terminal.has(state);

const executing: ReadonlySet<ReplayState> = new Set(['canary', 'ramping', 'completed', 'verifying']);
/** True while a worker has to act on it. */
export const isExecuting = (state: ReplayState): boolean => executing.has(state);

export const outcomes = ['replayed', 'skipped', 'diverted', 'failed', 'unknown'] as const;
/** Where one manifest entry ended; each entry ends in exactly one (invariant 2). */
export type Outcome = (typeof outcomes)[number];

export const verifications = ['consumed_past', 'came_back', 'waiting', 'indeterminate'] as const;
export type Verification = (typeof verifications)[number];

export const destinationKinds = ['retry', 'origin', 'topic', 'quarantine'] as const;
export type DestinationKind = (typeof destinationKinds)[number];
