import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { PerGroup, TopicPartition } from '#lib/broker/port/groups.ts';
import type { Config } from '#lib/config/config.ts';
import type { WhatIfAnswer, WhatIfBody } from '#lib/contract/what-if.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { ResetTarget } from '#lib/domain/lag/what-if.ts';
import { whatIf } from '#lib/domain/lag/what-if.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import type { Database } from '#lib/store/database.ts';
import type { GroupSnapshot } from '#lib/store/lag-group-row.ts';
import { type GroupRef, requireGroup } from './read-group.ts';
import { chosenPartitions, chosenTopics } from './what-if/choose-partitions.ts';
import { partitionKey, readLogEnds } from './what-if/read-offsets.ts';
import { whatIfView } from './what-if/view.ts';
import { withinDeadline } from './what-if/within-deadline.ts';

type Deps = {
  database: Pick<Database, 'stores'>;
  config: Pick<Config, 'clusters'>;
  clusters: ReadonlyMap<string, Pick<ClusterConnection, 'admin' | 'groups'>>;
  clock: () => Date;
};

const deadlineMs = 15_000;
const underWay: readonly ReplayState[] = ['canary', 'ramping', 'paused', 'completed', 'verifying'];
const replaysMax = 200;

/** The target of the request in the domain's terms. */
export function resetTarget(to: WhatIfBody['to']): ResetTarget {
  switch (to.kind) {
    case 'offset':
      return { kind: 'offset', offset: BigInt(to.offset) };
    case 'timestamp':
      return { kind: 'timestamp', atMs: Date.parse(to.timestamp) };
    case 'shift':
      return { kind: 'shift', by: BigInt(to.by.replace(/^\+/, '')) };
    default:
      return to;
  }
}

/**
 * What moving the group would do, from Kafka's offsets of this moment and the rates of the last rounds. Asks and changes nothing: neither an offset nor
 * a row. @throws SluiceError not_found, forbidden, bad_request, broker_unavailable
 */
export async function whatIfGroup(
  deps: Deps,
  principal: Principal,
  of: GroupRef,
  body: WhatIfBody,
): Promise<WhatIfAnswer> {
  const snapshot = await requireGroup(deps, principal, of);
  const { config, clusters, database, clock } = deps;
  const cluster = config.clusters.find((each) => each.name === of.cluster);
  const connection = clusters.get(of.cluster);
  if (!cluster || !connection) throw new Error(`Cluster ${of.cluster} is configured and not connected.`);
  const target = resetTarget(body.to);
  const [asked, replays] = await Promise.all([
    withinDeadline(
      deadlineMs,
      `about group ${of.group}`,
      askKafka(connection, snapshot, target, body.topics),
    ),
    database.stores.replays.inStates(underWay, replaysMax),
  ]);
  return whatIfView({
    snapshot,
    to: body.to,
    target,
    cluster,
    asOf: clock(),
    ...asked,
    replays: replays
      .filter(
        (replay) =>
          replay.cluster === of.cluster &&
          replay.plan?.gates.targetGroups.some((group) => group === of.group) === true &&
          asked.topics.includes(replay.destination.topic),
      )
      .map(({ id, state, destination }) => ({ id, state, topic: destination.topic })),
  });
}

async function askKafka(
  { groups, admin }: Pick<ClusterConnection, 'admin' | 'groups'>,
  snapshot: GroupSnapshot,
  target: ResetTarget,
  askedTopics: readonly string[] | undefined,
) {
  // Committed offsets are read before the ends: a group that reads on meanwhile is then never seen past an end.
  const [committed, { internalTopics, ...described }] = await Promise.all([
    committedOf(groups, snapshot),
    describedNow(groups, snapshot),
  ]);
  const ofGroup = new Set([...snapshot.partitions, ...committed].map((each) => each.topic));
  const topics = chosenTopics(askedTopics, [...ofGroup], internalTopics);
  const { partitions, topicsGone } = chosenPartitions(topics, await admin.describeTopics(topics), committed);
  const ends = await readLogEnds(groups, partitions, target.kind === 'timestamp' ? target.atMs : null);
  const failures = [...ends.values()].flatMap((each) => each.failure ?? []);
  const [first] = failures;
  // Not one partition could be asked: that is no answer about the group, it is Kafka being away.
  if (first && failures.length === ends.size && failures.every(isAway)) throw first;

  const offsetOf = new Map(committed.map((each) => [partitionKey(each), each.offset]));
  const ratesOf = new Map(snapshot.partitions.map((each) => [partitionKey(each), each]));
  return {
    topics,
    topicsGone,
    ...described,
    partitions: partitions.map((partition) => {
      const key = partitionKey(partition);
      const { failure, ...log } = ends.get(key) ?? unread;
      const rates = ratesOf.get(key);
      const input = {
        ...log,
        committed: offsetOf.get(key) ?? null,
        consumeRate: rates?.consumeRate ?? null,
        produceRate: rates?.produceRate ?? null,
      };
      return { ...partition, ...log, failure: failure?.message ?? null, ...whatIf(target, input) };
    }),
  };
}
export type AskedKafka = Awaited<ReturnType<typeof askKafka>>;

const unread = { logStart: null, lastStable: null, highWatermark: null, atTime: null, failure: null };
const isAway = ({ kind }: BrokerFailure) => kind === 'unreachable' || kind === 'timed_out';

/** A share group commits nothing: what it has are start offsets. */
async function committedOf(
  groups: ClusterConnection['groups'],
  { groupId, type }: GroupSnapshot,
): Promise<readonly (TopicPartition & { offset: bigint | null })[]> {
  if (type === 'share') {
    const starts = known(await groups.fetchShareOffsets([groupId]), groupId);
    const failed = starts.find((each) => each.failure);
    if (failed?.failure) throw failed.failure;
    return starts.map(({ topic, partition, startOffset }) => ({ topic, partition, offset: startOffset }));
  }
  return known(await groups.fetchCommitted([groupId], { requireStable: true }), groupId);
}

function known<T>(answers: PerGroup<T>, groupId: string): T {
  const answer = answers.get(groupId);
  if (answer === undefined || answer instanceof BrokerFailure)
    throw answer ?? new BrokerFailure('rejected', `Kafka gave no answer for group ${groupId}`);
  return answer;
}

/** State, members and internal topics as Kafka tells them now; of a group that can't be described, as the collector last saw them. */
async function describedNow(
  groups: ClusterConnection['groups'],
  { groupId, type, state, members, partitions }: GroupSnapshot,
): Promise<{ state: string; members: number | null; internalTopics: readonly string[] }> {
  const answer = (await groups.describeGroups([{ groupId, type }])).get(groupId);
  if (answer !== undefined && !(answer instanceof BrokerFailure))
    return { state: answer.state, members: answer.members.length, internalTopics: answer.internalTopics };
  const internalTopics = partitions.flatMap((each) => (each.internalTopic ? each.topic : []));
  return { state, members, internalTopics };
}
