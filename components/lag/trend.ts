import type { GroupView } from '#lib/contract/lag.ts';
import { formatBig } from '../ui/format.ts';

/** A sparkline in words: `lag over 1 h: 120 to 18,204, peak 18,204`. */
export function trendLabel(trend: GroupView['trend']): string {
  const read = trend.flatMap(([, lag]) => (lag === null ? [] : [BigInt(lag)]));
  const first = read[0];
  const last = read.at(-1);
  if (first === undefined || last === undefined) return 'lag over 1 h: nothing measured yet';
  let peak = first;
  for (const lag of read) if (lag > peak) peak = lag;
  return `lag over 1 h: ${formatBig(String(first))} to ${formatBig(String(last))}, peak ${formatBig(String(peak))}`;
}

/** How many groups have each status, worst first, as words: `1 stopped, 2 lagging`. */
export function statusSummary(groups: readonly Pick<GroupView, 'status'>[]): { bad: number; words: string } {
  const counts = new Map<string, number>();
  for (const { status } of groups)
    if (status !== 'ok' && status !== 'never_committed' && status !== 'unknown')
      counts.set(status, (counts.get(status) ?? 0) + 1);
  const order = ['expired', 'ahead', 'rewound', 'stopped', 'stalled', 'orphaned', 'lagging'];
  const words = order
    .filter((status) => counts.has(status))
    .map((status) => `${counts.get(status)} ${status}`);
  return { bad: [...counts.values()].reduce((sum, count) => sum + count, 0), words: words.join(', ') };
}
