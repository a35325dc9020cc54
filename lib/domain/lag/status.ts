/** Status of a partition, worst first; a group takes the worst of its partitions (api.md). */
export const lagStatuses = [
  'expired',
  'ahead',
  'rewound',
  'stopped',
  'stalled',
  'orphaned',
  'lagging',
  'unknown',
  'never_committed',
  'ok',
] as const;
export type LagStatus = (typeof lagStatuses)[number];

/** The worst of the statuses; `unknown` for none, because nothing was seen. */
export function worstStatus(partitions: Iterable<{ status: LagStatus }>): LagStatus {
  let worst: number = lagStatuses.length;
  for (const { status } of partitions) worst = Math.min(worst, lagStatuses.indexOf(status));
  return lagStatuses[worst] ?? 'unknown';
}

export const groupTypes = ['classic', 'consumer', 'share', 'streams'] as const;
export type GroupType = (typeof groupTypes)[number];
