import type { GroupEvent, GroupNow } from './group-sight.ts';
import type { LagStatus } from './status.ts';

/** To be a moment behind and up again is how every group lives; how far behind is in the history. */
const calm: ReadonlySet<LagStatus> = new Set(['ok', 'lagging', 'never_committed', 'unknown']);

/** Whether between the two there is nothing to tell; also what needs not be remembered over a restart. */
export const isSameTrouble = (before: LagStatus | null, now: LagStatus | null): boolean =>
  before === now || (now !== null && calm.has(now) && before !== null && calm.has(before));

const wordOf = (status: LagStatus): string => status.replaceAll('_', ' ');

/**
 * That a group went into trouble, from one trouble into another, or out of it. Between `ok`, `lagging` and `never_committed` nothing is told; a status
 * that is not known changes nothing, so neither does an outage of the collector.
 */
export function statusEvents(
  before: Pick<GroupNow, 'status'>,
  { groupId, status }: Pick<GroupNow, 'groupId' | 'status'>,
  atMs: number,
): GroupEvent[] {
  if (status === null || isSameTrouble(before.status, status)) return [];
  if (calm.has(status) && before.status === null) return [];
  const was = before.status === null ? 'what it was before is not known' : `before ${wordOf(before.status)}`;
  return [{ groupId, atMs, kind: 'status_changed', text: `Now ${wordOf(status)}, ${was}.` }];
}
