import type { AttentionItem } from '#lib/contract/home.ts';

/** Who has it is told where somebody can have it; `at`, where it is about something that is still to come. */
export type Found = Omit<AttentionItem, 'claimedBy' | 'snoozedUntil'> &
  Partial<Pick<AttentionItem, 'claimedBy'>>;

const rank: Readonly<Record<AttentionItem['severity'], number>> = { act: 0, warn: 1, info: 2 };
/** What hides the rest comes first: a cluster that is away explains groups that stand still. */
const kindRank: Readonly<Record<AttentionItem['kind'], number>> = {
  sluice: 0,
  cluster: 1,
  approval: 2,
  lag: 3,
  replay: 4,
  expiry: 5,
  dead_letters: 6,
  declaration: 7,
};

/** Worst first; among equals what happens soonest, then the longest waiting. */
export const worstFirst = (a: Found, b: Found): number =>
  rank[a.severity] - rank[b.severity] ||
  kindRank[a.kind] - kindRank[b.kind] ||
  (a.at ?? '').localeCompare(b.at ?? '') ||
  (a.since ?? '').localeCompare(b.since ?? '') ||
  a.resource.localeCompare(b.resource);

/** `9 min`, `3 h 10 min`, `40 s`: the two largest units. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} d`;
}

export const countText = (count: number | bigint, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${BigInt(count) === 1n ? '' : 's'}`;
