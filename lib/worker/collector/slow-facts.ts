import type { ClusterAdmin, TopicConfig, TopicInfo } from '#lib/broker/port/admin.ts';
import { noRetention, type Retention } from '#lib/domain/lag/expiry.ts';

export type SlowFacts = {
  /** Configurations of the topics by name; a topic that appeared since is missing. */
  configs: ReadonlyMap<string, TopicConfig>;
  /** Bytes of the logs of topics that have retention by size, by topic and partition. */
  sizes: ReadonlyMap<string, ReadonlyMap<number, number>>;
  kafkaVersion: string | null;
};

export const noSlowFacts: SlowFacts = { configs: new Map(), sizes: new Map(), kafkaVersion: null };

/** What seldom changes is asked once a minute; empty parts when the principal may not see them. */
export async function readSlowFacts(
  admin: ClusterAdmin,
  topics: readonly TopicInfo[],
  log: (message: string) => void,
): Promise<SlowFacts> {
  const or = <T>(work: Promise<T>, otherwise: T) =>
    work.catch((error: Error) => {
      log(error.message);
      return otherwise;
    });
  const [configs, kafkaVersion] = await Promise.all([
    or(admin.topicConfigs(topics.map((topic) => topic.topic)), new Map<string, TopicConfig>()),
    or(admin.brokerVersion(), null),
  ]);
  const bySize = topics.filter(({ topic }) => retentionOf(configs, topic).retentionBytes !== null);
  const partitions = bySize.flatMap(({ topic, partitions: all }) =>
    all.flatMap(({ partition, leader }) => (leader === null ? [] : [{ topic, partition, leader }])),
  );
  const sizes =
    partitions.length === 0 ? noSlowFacts.sizes : await or(admin.logSizes(partitions), noSlowFacts.sizes);
  return { configs, sizes, kafkaVersion };
}

/** What a topic's retention takes by; nothing for one that is compacted only, unlimited, or not known. */
export function retentionOf(configs: SlowFacts['configs'], topic: string): Retention {
  const config = configs.get(topic);
  if (!config?.get('cleanup.policy')?.includes('delete')) return noRetention;
  const limit = (name: string) => {
    const value = Number(config.get(name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : null;
  };
  return { retentionMs: limit('retention.ms'), retentionBytes: limit('retention.bytes') };
}
