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
  const watch = await stores.clusterWatch.read(cluster);
  if (!watch || now.getTime() - watch.asOf.getTime() > watchedWithinMs) return () => null;
  const counts = await stores.groupEvents.rebalances(cluster, groupIds, new Date(now.getTime() - hourMs));
  return (groupId) => counts.get(groupId) ?? 0;
}
