import type { ClusterAdmin, TopicConfig, TopicInfo } from '#lib/broker/port/admin.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { type Known, known, namedTopics, notKnown, type TopicFacts } from '#lib/domain/checks/facts.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { keepingOf } from '#lib/domain/flows/keeping.ts';

const factsOf = ({ partitions }: TopicInfo, config: TopicConfig | undefined): TopicFacts => {
  const min = Number(config?.get('min.insync.replicas') ?? Number.NaN);
  return {
    partitions: partitions.length,
    replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    minInSyncReplicas: Number.isInteger(min) ? min : null,
    keeping: keepingOf(config),
  };
};

/** What a question to the broker comes to; its failure is a reason, and anything else is thrown. */
export async function asKnown<T>(asked: Promise<T>): Promise<Known<T>> {
  try {
    return known(await asked);
  } catch (error) {
    if (error instanceof BrokerFailure) return notKnown(error.message);
    throw error;
  }
}

/** The topics that flows of one cluster name, as Kafka describes them; one that does not exist is not in the map. Two requests. */
export async function readTopics(
  admin: Pick<ClusterAdmin, 'describeTopics' | 'topicConfigs'>,
  flows: readonly Flow[],
): Promise<Known<ReadonlyMap<string, TopicFacts>>> {
  const names = [...new Set(flows.flatMap((flow) => namedTopics(flow).map(({ topic }) => topic)))];
  return asKnown(
    (async () => {
      const infos = await admin.describeTopics(names);
      const found = infos.filter(({ partitions }) => partitions.length > 0);
      const configs = await admin.topicConfigs(found.map(({ topic }) => topic));
      return new Map(found.map((info) => [info.topic, factsOf(info, configs.get(info.topic))]));
    })(),
  );
}
