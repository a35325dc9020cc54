import { hash } from 'node:crypto';
import { lagMsAt, type PartitionReading } from '#lib/domain/lag/group.ts';
import type { Database } from '#lib/store/database.ts';
import { packBody } from '#lib/store/lag-history-body.ts';
import type { SampleRow } from '#lib/store/lag-history-writes.ts';
import type { ToldGroup } from './told-group.ts';

/** The places are known by their digest: as text those of a big cluster are megabytes that are only ever compared. */
type Layout = { id: number; digest: string };

/** A layout is named as used this often, so that it outlives its samples. */
const nameAgainMs = 6 * 3_600_000;
const partitionsAheadMs = 1_800_000;
const partitionsMadeMs = 3_600_000;

/** One sample of a cluster: groups come one by one and are packed at once. */
export type SampleWriter = {
  add(group: ToldGroup): void;
  write(): Promise<void>;
};
type Sampled = Omit<SampleRow, 'layout'> & { groupId: string; places: Places | null };
/** Of a group whose layout is not known yet. */
type Places = { text: string; digest: string };

/** Begins samples of history; what is not known leaves a gap. */
export function createHistoryWriter(
  database: Pick<Database, 'stores' | 'collectorWriter'>,
  cluster: string,
): (at: Date) => SampleWriter {
  const { history } = database.stores.lag;
  const { history: writes } = database.collectorWriter.stores;
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
    const open = sampled.flatMap(({ groupId, places }) => (places ? [{ groupId, ...places }] : []));
    const named = open.map(({ groupId, text }) => ({ groupId, places: text }));
    const ids = await writes.layouts(cluster, named, at);
    for (const { groupId, digest } of open) {
      const id = ids.get(groupId);
      if (id !== undefined) layouts.set(groupId, { id, digest });
    }
    const current = new Set(sampled.map(({ groupId }) => groupId));
    for (const groupId of layouts.keys()) if (!current.has(groupId)) layouts.delete(groupId);
  }

  return (at) => {
    const atMs = at.getTime();
    if (atMs - namedAtMs >= nameAgainMs) {
      layouts.clear();
      namedAtMs = atMs;
    }
    const sampled: Sampled[] = [];
    return {
      add({ groupId, packed, total, partitions: read }) {
        const partitions = read();
        if (partitions.length === 0) return;
        const lag = partitions.map((each) => ({ lagRecords: each.lagRecords, lagMs: lagMsAt(each, atMs) }));
        sampled.push({
          groupId,
          places: newPlaces(layouts.get(groupId), packed, partitions),
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
        await writes.append('10s', at, rows);
      },
    };
  };
}

/** Where the partitions stand, unless that is what the layout says. */
function newPlaces(
  layout: Layout | undefined,
  packed: ToldGroup['packed'],
  partitions: readonly PartitionReading[],
): Places | null {
  if (layout && digests.get(packed) === layout.digest) return null;
  const text = placesOf(partitions);
  const digest = hash('sha1', text, 'base64');
  digests.set(packed, digest);
  return layout?.digest === digest ? null : { text, digest };
}
/** Of groups that are told again as they were. */
const digests = new WeakMap<ToldGroup['packed'], string>();

/** Which partitions, in which order, as JSON: `[["topic",0],["topic",1],…]`. */
const placesOf = (partitions: readonly PartitionReading[]): string =>
  JSON.stringify(partitions.map(({ topic, partition }) => [topic, partition]));
