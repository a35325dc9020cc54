import { z } from 'zod';
import { findingCodes } from '#lib/domain/cluster/finding.ts';
import { type ClusterMemory, emptyClusterMemory } from '#lib/domain/cluster/sight.ts';
import type { GroupSight } from '#lib/domain/lag/group-sight.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import type { Stores } from '#lib/store/database.ts';
import { type GroupsWatched, nothingWatched } from './watch-events.ts';

const clusterMemory = z.object({
  brokers: z.array(z.object({ nodeId: z.number(), host: z.string(), port: z.number(), seenMs: z.number() })),
  controller: z.number().nullable(),
  controllerChange: z.object({ from: z.number(), atMs: z.number() }).nullable(),
  since: z.partialRecord(z.enum(findingCodes), z.number()),
});
const member = z.object({
  memberId: z.string(),
  clientId: z.string(),
  host: z.string(),
  instanceId: z.string().nullable(),
});
const groupSight = z.object({
  groupId: z.string(),
  state: z.string(),
  epoch: z.number().nullable(),
  members: z.array(member).nullable(),
  assignment: z.string().nullable(),
  // Sights that were stored before it was kept have none.
  status: z.enum(lagStatuses).nullable().default(null),
  left: z.array(z.object({ member, atMs: z.number() })),
  turnover: z.object({ sinceMs: z.number(), before: z.array(z.string()) }).nullable(),
}) satisfies z.ZodType<GroupSight>;

/** Changes of groups that nobody watched for longer than this are not told: when they happened is not known. */
const gapMs = 10 * 60_000;

/** What the watch knew when it last stopped. Something of another version is taken for nothing, and said. */
export async function recallWatch(
  { clusterWatch }: Pick<Stores, 'clusterWatch'>,
  cluster: string,
  nowMs: number,
  log: (message: string) => void,
): Promise<{ memory: ClusterMemory; groups: GroupsWatched }> {
  const nothing = { memory: emptyClusterMemory, groups: nothingWatched };
  const stored = await clusterWatch.read(cluster);
  if (!stored) return nothing;
  const memory = clusterMemory.safeParse(stored.data);
  const groups = z.array(groupSight).safeParse(await clusterWatch.readGroups(cluster));
  if (!memory.success || !groups.success) {
    log(
      `collector ${cluster}: what it remembers of brokers and groups is of another version; it begins anew`,
    );
    return nothing;
  }
  const { since, ...rest } = memory.data;
  const known = Object.entries(since).flatMap(([code, ms]) => (ms === undefined ? [] : [[code, ms]]));
  const sights = new Map(groups.data.map((sight) => [sight.groupId, sight]));
  return {
    memory: { ...rest, since: Object.fromEntries(known) },
    groups: nowMs - stored.asOf.getTime() > gapMs ? nothingWatched : { ...nothingWatched, sights },
  };
}
