import { lagMsAt, type PartitionReading } from '#lib/domain/lag/group.ts';
import type { Database } from '#lib/store/database.ts';
import type { SampleRow } from '#lib/store/lag-history.ts';
import { packBody } from '#lib/store/lag-history-body.ts';
import type { ToldGroup } from './told-group.ts';

type Layout = { id: number; places: string };

/** A layout is named as used this often, so that it outlives its samples. */
const nameAgainMs = 6 * 3_600_000;
const partitionsAheadMs = 1_800_000;
const partitionsMadeMs = 3_600_000;

/** One sample of a cluster: groups come one by one and are packed at once. */
export type SampleWriter = {
  add(group: ToldGroup): void;
  write(): Promise<void>;
};
type Sampled = Omit<SampleRow, 'layout'> & { groupId: string; places: string };

/** Begins samples of history; what is not known leaves a gap. */
export function createHistoryWriter(
  database: Pick<Database, 'stores'>,
  cluster: string,
): (at: Date) => SampleWriter {
  const { history } = database.stores.lag;
  const layouts = new Map<string, Layout>();
  let namedAtMs = Number.NEGATIVE_INFINITY;
  let partitionsUntilMs = Number.NEGATIVE_INFINITY;

  async function makePartitions(at: Date): Promise<void> {
    const atMs = at.getTime();
    if (atMs + partitionsAheadMs <= partitionsUntilMs && atMs >= partitionsUntilMs - 2 * partitionsMadeMs)
      return;
    await history.makePartitions(at);
    partitionsUntilMs = atMs + partitionsMadeMs;
  }

  /** Has the layouts that are new or changed made; forgets those of groups that are gone. */
  async function makeLayouts(sampled: readonly Sampled[], at: Date): Promise<void> {
    if (at.getTime() - namedAtMs >= nameAgainMs) {
      layouts.clear();
      namedAtMs = at.getTime();
    }
    const open = sampled.filter(({ groupId, places }) => layouts.get(groupId)?.places !== places);
    const ids = await history.layouts(cluster, open, at);
    for (const { groupId, places } of open) {
      const id = ids.get(groupId);
      if (id !== undefined) layouts.set(groupId, { id, places });
    }
    const current = new Set(sampled.map(({ groupId }) => groupId));
    for (const groupId of layouts.keys()) if (!current.has(groupId)) layouts.delete(groupId);
  }

  return (at) => {
    const atMs = at.getTime();
    const sampled: Sampled[] = [];
    return {
      add({ groupId, packed, total, partitions: read }) {
        const partitions = read();
        if (partitions.length === 0) return;
        const lag = partitions.map((each) => ({ lagRecords: each.lagRecords, lagMs: lagMsAt(each, atMs) }));
        sampled.push({
          groupId,
          places: placesOf(packed, partitions),
          lagRecords: total.lagRecords,
          lagMs: lagMsAt(total, atMs),
          body: packBody(lag),
        });
      },
      async write() {
        await makePartitions(at);
        await makeLayouts(sampled, at);
        const rows = sampled.flatMap(({ groupId, lagRecords, lagMs, body }): SampleRow[] => {
          const layout = layouts.get(groupId);
          return layout ? [{ layout: layout.id, lagRecords, lagMs, body }] : [];
        });
        await history.append('10s', at, rows);
      },
    };
  };
}

/** Which partitions, in which order, as JSON: `[["topic",0],["topic",1],…]`. */
function placesOf(packed: ToldGroup['packed'], partitions: readonly PartitionReading[]): string {
  const known = places.get(packed);
  if (known !== undefined) return known;
  const named = JSON.stringify(partitions.map(({ topic, partition }) => [topic, partition]));
  places.set(packed, named);
  return named;
}
/** Of groups that are told again as they were. */
const places = new WeakMap<ToldGroup['packed'], string>();
