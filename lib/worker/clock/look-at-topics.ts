import type { TopicInfo } from '#lib/broker/port/admin.ts';
import type { Growth } from '#lib/domain/dead-letters/expiry.ts';
import { type EndSeen, growthPerSecond, seeEnd } from '#lib/domain/dead-letters/growth.ts';
import { type Keeping, keepingOf } from '#lib/domain/flows/keeping.ts';
import type { ClockDeps } from './deps.ts';

/** How the topics keep what they have, and how those with a limit by size grow. */
export type TopicsSeen = {
  topicIdOf: (topic: string) => string | null;
  keepingOf: (topic: string) => Keeping;
  growthOf: (topic: string, partition: number) => Growth | null;
};

/** By topic id and partition: where its log ended when. Kept by the caller from look to look. */
export type Ends = Map<string, EndSeen[]>;

const keyOf = (topic: string, partition: number) => `${topic} ${partition}`;

/**
 * Reads the configuration of the topics, and of those that are limited by size the bytes and the ends of their partitions. Of a topic that is not
 * there, or that the principal may not see, nothing is known. @throws BrokerFailure
 */
export async function lookAtTopics(
  deps: ClockDeps,
  names: readonly string[],
  ends: Ends,
): Promise<TopicsSeen> {
  const { admin } = deps.cluster;
  const wanted = new Set(names);
  const topics = (await admin.describeTopics()).filter(({ topic }) => wanted.has(topic));
  const configs = await admin.topicConfigs(topics.map(({ topic }) => topic));
  const idOf = new Map(topics.map(({ topic, topicId }) => [topic, topicId]));
  const keeping = new Map(topics.map(({ topic }) => [topic, keepingOf(configs.get(topic))]));
  const limited = topics.filter(({ topic }) => typeof keeping.get(topic)?.retentionBytes === 'number');
  const growth = await growthOf(deps, limited, ends);
  return {
    topicIdOf: (topic) => idOf.get(topic) ?? null,
    keepingOf: (topic) => keeping.get(topic) ?? keepingOf(undefined),
    growthOf: (topic, partition) => growth.get(keyOf(topic, partition)) ?? null,
  };
}

async function growthOf(
  { clock, cluster }: ClockDeps,
  topics: readonly TopicInfo[],
  ends: Ends,
): Promise<Map<string, Growth>> {
  const grown = new Map<string, Growth>();
  if (topics.length === 0) return grown;
  const logs = topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map(({ partition, leader }) => ({ topic, topicId, partition, leader })),
  );
  const atMs = clock().getTime();
  const [starts, highs, sizes] = await Promise.all([
    cluster.groups.listOffsets(logs, 'earliest'),
    cluster.groups.listOffsets(logs, 'high_watermark'),
    cluster.admin.logSizes(
      logs.flatMap(({ leader, ...log }) => (leader === null ? [] : [{ ...log, leader }])),
    ),
  ]);
  const offsetsOf = (all: typeof starts) =>
    new Map(all.map((each) => [keyOf(each.topic, each.partition), each.offset]));
  const startOf = offsetsOf(starts);
  const highOf = offsetsOf(highs);
  for (const { topic, topicId, partition } of logs) {
    const key = keyOf(topic, partition);
    const logStart = startOf.get(key) ?? null;
    const highWatermark = highOf.get(key) ?? null;
    if (highWatermark === null || logStart === null) continue;
    const log = `${topicId} ${partition}`;
    const seen = seeEnd(ends.get(log) ?? [], { atMs, offset: highWatermark });
    ends.set(log, seen);
    grown.set(key, {
      bytes: sizes.get(topic)?.get(partition) ?? null,
      logStart,
      highWatermark,
      recordsPerSecond: growthPerSecond(seen),
    });
  }
  return grown;
}
