/** Where a log ended at a time, milliseconds since the epoch. */
export type EndSeen = { atMs: number; offset: bigint };

const keptMs = 3_600_000;
const shortMs = 5 * 60_000;
/** Ends as far apart as this say nothing about the ones between; of the last hour, the fewest are kept. */
const everyMs = 60_000;

/** Takes up one more reading and lets go of those older than an hour, or closer together than a minute. A log that went back begins anew. */
export function seeEnd(ends: readonly EndSeen[], seen: EndSeen): EndSeen[] {
  const last = ends.at(-1);
  if (last && seen.offset < last.offset) return [seen];
  const recent = ends.filter((each) => seen.atMs - each.atMs <= keptMs);
  const beforeLast = recent.at(-2);
  const kept =
    beforeLast && (recent.at(-1)?.atMs ?? 0) - beforeLast.atMs < everyMs ? recent.slice(0, -1) : recent;
  return [...kept, seen];
}

const rateSince = (first: EndSeen, last: EndSeen): number | null =>
  last.atMs > first.atMs ? (Number(last.offset - first.offset) * 1000) / (last.atMs - first.atMs) : null;

/** Records per second: of the last five minutes or of all that was kept, whichever is faster. null until two readings apart were seen. */
export function growthPerSecond(ends: readonly EndSeen[]): number | null {
  const first = ends[0];
  const last = ends.at(-1);
  if (!first || !last) return null;
  const whole = rateSince(first, last);
  const near = ends.findLast((each) => last.atMs - each.atMs >= shortMs);
  const short = near ? rateSince(near, last) : null;
  return whole === null ? null : Math.max(whole, short ?? 0);
}
