import type { CommittedOffset, GroupDescription, GroupMember } from '#lib/broker/port/groups.ts';
import { comingAndGoing, nextSight } from '#lib/domain/lag/group-events.ts';
import type { GroupEvent, GroupNow, GroupSight } from '#lib/domain/lag/group-sight.ts';
import { offsetResets } from '#lib/domain/lag/offset-resets.ts';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import { isSameTrouble } from '#lib/domain/lag/status-events.ts';
import type { CollectorStores } from '#lib/store/collector-writer.ts';
import type { ClusterPoll } from './poll-cluster.ts';

/** What a round must have read for events to be told. */
export type EventPoll = Pick<ClusterPoll, 'atMs' | 'groups' | 'descriptions' | 'committed' | 'topics'>;

/** Groups as of one round. Offsets are kept by reference, and only between two rounds of the same process. */
export type GroupsWatched = {
  /** null before the first round of all. */
  sights: ReadonlyMap<string, GroupSight> | null;
  committed: ReadonlyMap<string, readonly CommittedOffset[]>;
  topicIds: ReadonlyMap<string, string>;
};

export type WatchedRound = {
  watched: GroupsWatched;
  events: readonly GroupEvent[];
  /** What has to be stored so that a restart goes on from here. */
  changed: readonly GroupSight[];
  gone: readonly string[];
};

export const nothingWatched: GroupsWatched = { sights: null, committed: new Map(), topicIds: new Map() };

/** What happened to the groups between the round before and this one. @param statuses of the groups that this round told, by id */
export function eventsOf(
  before: GroupsWatched,
  poll: EventPoll,
  statuses: ReadonlyMap<string, LagStatus>,
): WatchedRound {
  const { atMs } = poll;
  const sights = new Map<string, GroupSight>();
  const committed = new Map<string, readonly CommittedOffset[]>();
  const topicIds = new Map([...poll.topics].map(([name, topic]) => [name, topic.topicId]));
  const events: GroupEvent[] = [];
  const changed: GroupSight[] = [];
  for (const { groupId, state } of poll.groups) {
    const described = poll.descriptions.get(groupId);
    const description = described instanceof Error ? undefined : described;
    const known = before.sights?.get(groupId) ?? null;
    const next = nextSight(
      known,
      { ...groupNow(groupId, state, description), status: knownStatus(statuses.get(groupId)) },
      atMs,
    );
    sights.set(groupId, next.sight);
    events.push(...next.events);
    if (known === null || differs(known, next.sight)) changed.push(next.sight);

    const answered = poll.committed.get(groupId);
    const was = before.committed.get(groupId);
    const is = answered instanceof Error ? undefined : answered;
    if (was && is)
      events.push(
        ...offsetResets(
          groupId,
          was,
          is,
          (topic) => topicIds.has(topic) && topicIds.get(topic) === before.topicIds.get(topic),
          atMs,
        ),
      );
    const kept = is ?? was;
    if (kept) committed.set(groupId, kept);
  }
  const ids = before.sights && new Set(before.sights.keys());
  events.unshift(...comingAndGoing(ids, new Set(sights.keys()), atMs));
  const gone = [...(ids ?? [])].filter((groupId) => !sights.has(groupId));
  return { watched: { sights, committed, topicIds }, events, changed, gone };
}

/** Writes what happened, within the transaction of the round. */
export async function writeEvents(
  { groupEvents, clusterWatch }: Pick<CollectorStores, 'groupEvents' | 'clusterWatch'>,
  cluster: string,
  { events, changed, gone }: WatchedRound,
): Promise<void> {
  await groupEvents.append(cluster, events);
  await clusterWatch.saveGroups(cluster, changed, gone);
}

/** Protocols newer than the classic one tell more; not every broker or adapter does. */
type Described = GroupDescription & { epoch?: number | null };
type DescribedMember = GroupMember & { instanceId?: string | null };

/** `unknown` is what a group is until enough was seen of it: not a status that it could change from. */
const knownStatus = (status: LagStatus | undefined): LagStatus | null =>
  status === undefined || status === 'unknown' ? null : status;

function groupNow(
  groupId: string,
  state: string,
  description: Described | undefined,
): Omit<GroupNow, 'status'> {
  if (!description) return { groupId, state, epoch: null, members: null, assignment: null };
  return {
    groupId,
    state: description.state,
    epoch: description.epoch ?? null,
    members: description.members.map((member: DescribedMember) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      host: member.host,
      instanceId: member.instanceId ?? null,
    })),
    assignment: assignmentMark(description.members),
  };
}

/** Differs when anybody has other partitions. Short, since it is kept of every group. */
function assignmentMark(members: readonly GroupMember[]): string {
  const text = members
    .map(({ memberId, assignment }) => {
      const topics = assignment.map(({ topic, partitions }) => `${topic}:${[...partitions].sort().join()}`);
      return `${memberId}=${topics.sort().join(';')}`;
    })
    .sort()
    .join('|');
  let [a, b] = [7, 11];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = (Math.imul(a, 31) + code) | 0;
    b = (Math.imul(b, 65_599) + code) | 0;
  }
  return `${text.length}.${a}.${b}`;
}

const differs = (a: GroupSight, b: GroupSight): boolean =>
  a.state !== b.state ||
  a.epoch !== b.epoch ||
  !isSameTrouble(a.status, b.status) ||
  a.assignment !== b.assignment ||
  a.left.length !== b.left.length ||
  a.turnover?.sinceMs !== b.turnover?.sinceMs ||
  a.members?.map((each) => each.memberId).join() !== b.members?.map((each) => each.memberId).join();
