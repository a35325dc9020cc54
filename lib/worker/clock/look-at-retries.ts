import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { CommittedOffset } from '#lib/broker/port/groups.ts';
import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import {
  type WaitingPartition,
  waitingRanges,
  waveOf,
  waveUnknown,
} from '#lib/domain/dead-letters/next-wave.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import type { StoredWave, TopicWave } from '#lib/store/dead-letter-waves.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import type { RetryDeps } from './deps.ts';
import { sampleWaiting } from './sample-waiting.ts';

/** Groups that are told of, of one retry topic. */
const groupsMost = 5;
/** For all of a cluster: what takes longer is told by its count alone. */
const lookMostMs = 10_000;

type Retried = { letters: TopicRow; flow: Flow; mapping: DeclaredMapping | null };

function retriedTopics({ config, cluster }: RetryDeps, topics: readonly TopicRow[]): Retried[] {
  return topics.flatMap((letters) => {
    const flow = config.flows.find((each) => each.cluster === cluster.name && each.name === letters.flow);
    if (!flow || flow.retryTopics.length === 0 || letters.kind !== 'dead_letter') return [];
    const declared = config.deadLetters.topics.find(
      (each) => each.cluster === cluster.name && each.topic === letters.topic,
    );
    return [{ letters, flow, mapping: declared?.mapping ?? null }];
  });
}

/** Groups that may read a retry topic: those of its flow, and those that the collector saw there. Whether they do, their offsets say. */
async function readersOf({ database, cluster }: RetryDeps, flow: Flow, topic: string): Promise<string[]> {
  const seen = await database.stores.replayEvidence.readersOf(cluster.name, topic);
  return [...new Set([...flow.groups.map((group) => String(group.id)), ...(seen?.groups ?? [])])];
}

type Logs = readonly Omit<WaitingPartition, 'committed'>[];

async function logsOf(
  { cluster }: RetryDeps,
  topic: string,
  partitions: readonly number[],
): Promise<Logs | null> {
  const asked = partitions.map((partition) => ({ topic, partition }));
  const starts = await cluster.groups.listOffsets(asked, 'earliest');
  const ends = await cluster.groups.listOffsets(asked, 'last_stable');
  const offsetOf = (all: typeof starts, partition: number) =>
    all.find((each) => each.partition === partition)?.offset ?? null;
  const logs = partitions.map((partition) => ({
    partition,
    logStart: offsetOf(starts, partition),
    lastStable: offsetOf(ends, partition),
  }));
  const told = logs.flatMap(({ partition, logStart, lastStable }) =>
    logStart === null || lastStable === null ? [] : [{ partition, logStart, lastStable }],
  );
  return told.length === logs.length ? told : null;
}

async function wavesOfTopic(
  deps: RetryDeps,
  of: Retried,
  topic: string,
  topics: ReadonlyMap<string, { topicId: string; partitions: readonly { partition: number }[] }>,
  until: number,
): Promise<TopicWave[]> {
  const { letters, flow, mapping } = of;
  const info = topics.get(topic);
  if (!info) return [{ topic, group: null, ...waveUnknown('no_topic') }];
  const ids = await readersOf(deps, flow, topic);
  // Committed offsets first: what arrives in between waits.
  const committed = await deps.cluster.groups.fetchCommitted(ids);
  const refused = ids.some((id) => committed.get(id) instanceof BrokerFailure);
  const groups = ids.flatMap((group) => {
    const answer = committed.get(group);
    const here: readonly CommittedOffset[] =
      answer === undefined || answer instanceof BrokerFailure
        ? []
        : answer.filter((each) => each.topic === topic);
    return here.some((each) => each.offset !== null) ? [{ group, here }] : [];
  });
  if (groups.length === 0) return [{ topic, group: null, ...waveUnknown(refused ? 'not_read' : 'no_group') }];
  const logs = await logsOf(
    deps,
    topic,
    info.partitions.map((each) => each.partition),
  );
  if (logs === null) return [{ topic, group: null, ...waveUnknown('not_read') }];
  const tries = await deps.database.stores.deadLetterWaves.triesOf(letters);
  const waves: TopicWave[] = [];
  for (const { group, here } of groups.slice(0, groupsMost)) {
    const ranges = waitingRanges(
      logs.map((log) => ({
        ...log,
        committed: here.find((each) => each.partition === log.partition)?.offset ?? null,
      })),
    );
    if (ranges === 'never_committed') {
      waves.push({ topic, group, ...waveUnknown(ranges) });
      continue;
    }
    const retry = { topicId: info.topicId, letters: letters.topic, mapping };
    const looked = await sampleWaiting(deps.cluster.reader, retry, ranges, until);
    waves.push({ topic, group, ...waveOf(ranges, looked, tries) });
  }
  return waves;
}

/**
 * Looks what waits in the retry topics of each flow for the groups that read them, and keeps it by dead-letter topic. Reads a few records of each partition,
 * without a group. @throws BrokerFailure
 */
export async function lookAtRetries(deps: RetryDeps): Promise<void> {
  const until = performance.now() + lookMostMs;
  const retried = retriedTopics(deps, await deps.database.stores.deadLetters.topicsOf(deps.cluster.name));
  const names = new Set<string>(retried.flatMap(({ flow }) => flow.retryTopics));
  const there = names.size === 0 ? [] : await deps.cluster.admin.describeTopics();
  const topics = new Map(there.filter(({ topic }) => names.has(topic)).map((each) => [each.topic, each]));
  for (const [clusterId, ofCluster] of Map.groupBy(retried, ({ letters }) => letters.clusterId)) {
    const waves: StoredWave[] = [];
    for (const each of ofCluster) {
      const asOf = deps.clock();
      const found: TopicWave[] = [];
      for (const topic of each.flow.retryTopics)
        found.push(...(await wavesOfTopic(deps, each, topic, topics, until)));
      waves.push({ topicId: each.letters.topicId, asOf, topics: found });
    }
    await deps.database.transact((stores) => stores.deadLetterWaves.save(clusterId, waves));
  }
}
