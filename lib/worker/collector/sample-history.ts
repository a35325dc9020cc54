import { lagMsAt } from '#lib/domain/lag/group.ts';
import type { Database } from '#lib/store/database.ts';
import type { StoredGroup } from '#lib/store/lag-group-row.ts';
import type { SampleRow } from '#lib/store/lag-history.ts';
import { packBody } from '#lib/store/lag-history-body.ts';

type Layout = { id: number; places: string };

/** A layout is named as used this often, so that it outlives its samples. */
const nameAgainMs = 6 * 3_600_000;
const partitionsAheadMs = 1_800_000;

/** Writes a sample of every group into history; what is not known leaves a gap. */
export function createHistoryWriter(database: Pick<Database, 'stores'>, cluster: string) {
  const { history } = database.stores.lag;
  let layouts = new Map<string, Layout>();
  let namedAtMs = Number.NEGATIVE_INFINITY;
  let partitionsUntilMs = Number.NEGATIVE_INFINITY;

  /** Ids of the groups' layouts; only what changed is asked for. */
  async function layoutsOf(groups: readonly StoredGroup[], at: Date): Promise<Map<string, Layout>> {
    if (at.getTime() - namedAtMs >= nameAgainMs) {
      layouts = new Map();
      namedAtMs = at.getTime();
    }
    const places = new Map(groups.map((group) => [group.groupId, placesOf(group)]));
    const open = groups.filter(
      ({ groupId, partitions }) =>
        partitions.length > 0 && layouts.get(groupId)?.places !== places.get(groupId),
    );
    const ids = await history.layouts(
      cluster,
      open.map(({ groupId, partitions }) => ({ groupId, places: partitions })),
      at,
    );
    const current = new Map<string, Layout>();
    for (const { groupId } of groups) {
      const id = ids.get(groupId);
      const known = id === undefined ? layouts.get(groupId) : { id, places: places.get(groupId) ?? '' };
      if (known) current.set(groupId, known);
    }
    layouts = current;
    return current;
  }

  return {
    async write(groups: readonly StoredGroup[], at: Date): Promise<void> {
      const atMs = at.getTime();
      if (atMs + partitionsAheadMs > partitionsUntilMs || atMs < partitionsUntilMs - 2 * 3_600_000) {
        await history.makePartitions(at);
        partitionsUntilMs = atMs + 3_600_000;
      }
      const ids = await layoutsOf(groups, at);
      const rows = groups.flatMap((group): SampleRow[] => {
        const layout = ids.get(group.groupId);
        if (!layout || group.partitions.length === 0) return [];
        const { summary, partitions } = group;
        const body = packBody(
          partitions.map((each) => ({ lagRecords: each.lagRecords, lagMs: lagMsAt(each, atMs) })),
        );
        return [{ layout: layout.id, lagRecords: summary.lagRecords, lagMs: lagMsAt(summary, atMs), body }];
      });
      await history.append('10s', at, rows);
    },
  };
}

/** Which partitions, in which order: a short text to compare with, since most topics are read whole. */
function placesOf({ partitions }: StoredGroup): string {
  const parts: string[] = [];
  let topic: string | null = null;
  for (const each of partitions) {
    if (each.topic !== topic) parts.push(JSON.stringify(each.topic));
    topic = each.topic;
    parts.push(String(each.partition));
  }
  return parts.join(',');
}
