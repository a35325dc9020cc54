import type { ReadBack } from '#lib/broker/port/read-back.ts';

type Request = Parameters<ReadBack['readRange']>[0];
export type OffsetRange = { partition: number; from: bigint; to: bigint };

/** Offsets of a partition that are read by one call, which has its whole time for them. */
const portionOffsets = 100_000n;
/** What getting to a range takes, in offsets that could be read meanwhile. */
const rangeOffsets = 100n;

/** The ranges in portions of which each has a bounded part of every partition; one after the other they have everything, in offset order. */
export function portionsOf(ranges: readonly OffsetRange[], most = portionOffsets): OffsetRange[][] {
  const portions: OffsetRange[][] = [];
  const filled = new Map<number, { portion: number; room: bigint }>();
  for (const { partition, from, to } of ranges) {
    const place = filled.get(partition) ?? { portion: 0, room: most };
    filled.set(partition, place);
    for (let at = from; at < to; ) {
      if (place.room <= 0n) Object.assign(place, { portion: place.portion + 1, room: most });
      const end = to - at > place.room ? at + place.room : to;
      const portion = portions[place.portion] ?? [];
      portions[place.portion] = portion;
      portion.push({ partition, from: at, to: end });
      place.room -= end - at + rangeOffsets;
      at = end;
    }
  }
  return portions;
}

/**
 * Reads ranges back portion by portion, each within the time: however much others wrote between, every call has a bounded work. Ranges of a partition
 * come ascending. @param enough asked between portions: whether the rest need not be read
 */
export async function readPortions(
  readBack: ReadBack,
  { ranges, ...request }: Request,
  enough: () => boolean = () => false,
): Promise<void> {
  for (const portion of portionsOf(ranges)) {
    if (enough()) return;
    await readBack.readRange({ ...request, ranges: portion });
  }
}
