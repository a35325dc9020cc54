import { metadataV12 } from '@platformatic/kafka';
import { BrokerFailure } from '../port/failure.ts';
import { type Call, withPartErrors } from './call.ts';
import { failureOfCode } from './failure.ts';

type Answer = metadataV12.MetadataResponse;
export type TopicMetadata = metadataV12.MetadataResponseTopic & { name: string };
export type BrokerMetadata = metadataV12.MetadataResponseBroker;
export type PartitionRef = { topic: string; partition: number } | { topicId: string; partition: number };

/**
 * What the cluster last said about brokers, topics (by name and by id) and leaders. Filled on demand, kept until a refresh;
 * whoever meets "not the leader" refreshes. Never lets the broker create a topic.
 */
export type MetadataCache = {
  brokers(): readonly BrokerMetadata[];
  broker(nodeId: number): BrokerMetadata | undefined;
  /** Node id of the leader. Throws BrokerFailure: unknown_topic, unknown_topic_id, unreachable (no leader now). */
  leader(of: PartitionRef): Promise<number>;
  /** The topic now, from the broker; null when it is not there. */
  topic(of: { topic: string } | { topicId: string }): Promise<TopicMetadata | null>;
  /** Asks again: the brokers alone, or the brokers and that topic. */
  refresh(of?: PartitionRef): Promise<void>;
  /** Everything the principal may see; replaces the whole cache. */
  all(): Promise<{ clusterId: string | null; controllerId: number; topics: readonly TopicMetadata[] }>;
  /** Those of the named topics that are there. Throws BrokerFailure not_authorized for one that may not be seen. */
  named(names: readonly string[]): Promise<readonly TopicMetadata[]>;
  /** Partitions of each of these topics now; one that is not there or may not be seen is left out. */
  partitionCounts(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Of each of these topics the operations that the broker allows the principal, as its bit field; null where it does not tell. */
  allowedOperations(names: readonly string[]): Promise<ReadonlyMap<string, number | null>>;
  /** Without topics: cluster id and controller. */
  cluster(): Promise<{ clusterId: string | null; controllerId: number }>;
};

const errorNone = 0;
const errorUnknownTopic = 3;
const errorLeaderNotAvailable = 5;
const errorInvalidTopic = 17;
const errorUnknownTopicId = 100;
/** The field of a broker that was not asked, or does not tell. */
const operationsNotTold = -2_147_483_648;
const absent = new Set([errorUnknownTopic, errorInvalidTopic, errorUnknownTopicId]);
const present = new Set([errorNone, errorLeaderNotAvailable]);

/** @param ask sends a call to any broker of the cluster */
export function createMetadataCache(ask: <T>(call: Call<T>) => Promise<T>): MetadataCache {
  let brokers: readonly BrokerMetadata[] = [];
  const byName = new Map<string, TopicMetadata>();
  const byId = new Map<string, TopicMetadata>();

  const forget = (topic: TopicMetadata | undefined) => {
    if (!topic) return;
    byName.delete(topic.name);
    byId.delete(topic.topicId);
  };
  const request = async (topics: Parameters<typeof metadataV12.api.async>[1]): Promise<Answer> => {
    const answer = await ask((connection) =>
      withPartErrors(metadataV12.api.async(connection, topics, false)),
    );
    brokers = answer.brokers;
    return answer;
  };
  const keep = (answer: Answer): TopicMetadata[] => {
    const found: TopicMetadata[] = [];
    for (const topic of answer.topics) {
      if (absent.has(topic.errorCode)) {
        forget(topic.name == null ? byId.get(topic.topicId) : byName.get(topic.name));
        continue;
      }
      if (!present.has(topic.errorCode))
        throw failureOfCode(topic.errorCode, `Metadata of topic ${topic.name ?? topic.topicId}`);
      if (topic.name == null) continue;
      const named = { ...topic, name: topic.name };
      forget(byName.get(named.name));
      byName.set(named.name, named);
      byId.set(named.topicId, named);
      found.push(named);
    }
    return found;
  };
  const lookUp = async (of: { topic: string } | { topicId: string }): Promise<TopicMetadata | null> => {
    const wanted = 'topic' in of ? { name: of.topic } : { topicId: of.topicId, name: null };
    return keep(await request([wanted]))[0] ?? null;
  };

  return {
    brokers: () => brokers,
    broker: (nodeId) => brokers.find((each) => each.nodeId === nodeId),
    topic: lookUp,
    async leader(of) {
      const cached = 'topic' in of ? byName.get(of.topic) : byId.get(of.topicId);
      const has = (topic: TopicMetadata | null | undefined) =>
        topic?.partitions.find((each) => each.partitionIndex === of.partition);
      let partition = has(cached);
      if (!partition || partition.leaderId < 0) partition = has(await lookUp(of));
      const subject = `${'topic' in of ? of.topic : of.topicId}-${of.partition}`;
      if (!partition)
        throw 'topic' in of
          ? new BrokerFailure('unknown_topic', `${subject} is not there`)
          : new BrokerFailure(
              'unknown_topic_id',
              `${subject} is not there: the topic was deleted or recreated`,
            );
      if (partition.leaderId < 0) throw new BrokerFailure('unreachable', `${subject} has no leader now`);
      return partition.leaderId;
    },
    async refresh(of) {
      if (of) await lookUp(of);
      else await request([]);
    },
    async all() {
      const answer = await request(null);
      byName.clear();
      byId.clear();
      // A topic that this principal may not describe is left out by the broker; any other error stands on its own topic.
      const visible = { ...answer, topics: answer.topics.filter((topic) => present.has(topic.errorCode)) };
      return {
        clusterId: answer.clusterId ?? null,
        controllerId: answer.controllerId,
        topics: keep(visible),
      };
    },
    async named(names) {
      return keep(await request(names.map((name) => ({ name }))));
    },
    async partitionCounts(names) {
      const answer = await request(names.map((name) => ({ name })));
      const visible = answer.topics.filter((topic) => present.has(topic.errorCode));
      return new Map(
        keep({ ...answer, topics: visible }).map(({ name, partitions }) => [name, partitions.length]),
      );
    },
    async allowedOperations(names) {
      const answer = await ask((connection) =>
        withPartErrors(
          metadataV12.api.async(
            connection,
            names.map((name) => ({ name })),
            false,
            true,
          ),
        ),
      );
      return new Map(
        answer.topics.flatMap(({ name, errorCode, topicAuthorizedOperations: told }) =>
          name == null || !present.has(errorCode)
            ? []
            : [[name, told === operationsNotTold ? null : told] as const],
        ),
      );
    },
    async cluster() {
      const { clusterId, controllerId } = await request([]);
      return { clusterId: clusterId ?? null, controllerId };
    },
  };
}
