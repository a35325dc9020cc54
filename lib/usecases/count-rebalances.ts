import type { Database } from '#lib/store/database.ts';

const hourMs = 3_600_000;
/** Without a watch for this long, a count would be too low and look like peace. */
const watchedWithinMs = 300_000;

/** Rebalances of the last hour by group (0 for none); null while nobody watches the cluster. */
export async function countRebalances(
  { stores }: Pick<Database, 'stores'>,
  cluster: string,
  groupIds: readonly string[],
  now: Date,
): Promise<(groupId: string) => number | null> {
  const [seenAt, counts] = await Promise.all([
    stores.clusterWatch.seenAt(cluster),
    stores.groupEvents.rebalances(cluster, groupIds, new Date(now.getTime() - hourMs)),
  ]);
  if (!seenAt || now.getTime() - seenAt.getTime() > watchedWithinMs) return () => null;
  return (groupId) => counts.get(groupId) ?? 0;
}
