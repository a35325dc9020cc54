/** What has become of a dead letter (design.md). */
export const dispositions = [
  'open',
  'in_replay',
  'replayed',
  'consumed_past',
  'came_back',
  'quarantined',
  'dismissed',
  'expired',
  'unrecoverable',
] as const;
export type Disposition = (typeof dispositions)[number];

/** Only these may enter a new replay. */
export const replayableDispositions = ['open', 'came_back'] as const satisfies readonly Disposition[];
