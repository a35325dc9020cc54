import { setTimeout as sleep } from 'node:timers/promises';
import { apiVersionsV3, ConfigResourceTypes, createTopicsV7, describeConfigsV4 } from '@platformatic/kafka';
import type { ClusterAdmin, ClusterInfo, TopicConfig, TopicInfo } from '../port/admin.ts';
import { BrokerFailure } from '../port/failure.ts';
import { withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { activeController } from './controller.ts';
import { createsTopics } from './creates-topics.ts';
import { failureOfCode } from './failure.ts';
import { deadLettersOfGroups } from './group-dead-letters.ts';
import { logSizes } from './log-sizes.ts';
import type { TopicMetadata } from './metadata.ts';
import { kafkaRelease } from './release.ts';

const errorUnknownTopic = 3;
const errorTopicExists = 36;
/** AclOperation WRITE, whose code is its place in the bit field (KIP-430). */
const operationWrite = 4;
const createTimeoutMs = 8_000;
const appearPollMs = 50;

const toTopicInfo = (topic: TopicMetadata): TopicInfo => ({
  topic: topic.name,
  topicId: topic.topicId,
  internal: topic.isInternal,
  partitions: topic.partitions
    .map((each) => ({
      partition: each.partitionIndex,
      leader: each.leaderId < 0 ? null : each.leaderId,
      replicas: each.replicaNodes,
      inSyncReplicas: each.isrNodes,
    }))
    .sort((a, b) => a.partition - b.partition),
});

/** Cluster and topic metadata over raw calls. */
export function createAdmin(link: BrokerLink): ClusterAdmin {
  async function describeCluster(): Promise<ClusterInfo> {
    const { clusterId, controllerId } = await link.metadata.cluster();
    if (clusterId === null)
      throw new BrokerFailure('unsupported', `Cluster ${link.cluster} does not tell its cluster id`);
    return {
      clusterId,
      controller: controllerId < 0 ? null : controllerId,
      brokers: link.metadata.brokers().map(({ nodeId, host, port }) => ({ nodeId, host, port })),
    };
  }

  async function describeTopics(names?: readonly string[]): Promise<readonly TopicInfo[]> {
    if (names?.length === 0) return [];
    const topics = names ? await link.metadata.named(names) : (await link.metadata.all()).topics;
    return topics.map(toTopicInfo);
  }

  async function mayWrite(names: readonly string[]): Promise<ReadonlyMap<string, boolean | null>> {
    if (names.length === 0) return new Map();
    const allowed = await link.metadata.allowedOperations(names);
    return new Map(
      [...allowed].map(([name, told]) => [name, told === null ? null : ((told >> operationWrite) & 1) === 1]),
    );
  }

  async function topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, TopicConfig>> {
    if (names.length === 0) return new Map();
    const resources = names.map((resourceName) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName,
      configurationKeys: null,
    }));
    const answer = await link.toAny('DescribeConfigs', (connection) =>
      withPartErrors(describeConfigsV4.api.async(connection, resources, false, false)),
    );
    const found = new Map<string, TopicConfig>();
    for (const { resourceName, errorCode, errorMessage, configs } of answer.results) {
      if (errorCode === errorUnknownTopic) continue;
      if (errorCode !== 0)
        throw failureOfCode(errorCode, `DescribeConfigs of topic ${resourceName}`, errorMessage);
      found.set(resourceName, new Map(configs.map(({ name, value }) => [name, value ?? null])));
    }
    return found;
  }

  async function ensureTopic(topic: Parameters<ClusterAdmin['ensureTopic']>[0]): Promise<void> {
    if ((await describeTopics([topic.name])).length > 0) return;
    const answer = await link.toAny('CreateTopics', (connection) =>
      withPartErrors(
        createTopicsV7.api.async(
          connection,
          [
            {
              name: topic.name,
              numPartitions: topic.partitions,
              replicationFactor: topic.replicationFactor,
              assignments: [],
              configs: Object.entries(topic.configs).map(([name, value]) => ({ name, value })),
            },
          ],
          createTimeoutMs,
          false,
        ),
      ),
    );
    for (const { errorCode, errorMessage } of answer.topics) {
      if (errorCode !== 0 && errorCode !== errorTopicExists)
        throw failureOfCode(errorCode, `CreateTopics of ${topic.name}`, errorMessage);
    }
    // The controller has it; the brokers' own metadata follows a little later.
    for (const until = Date.now() + createTimeoutMs; ; await sleep(appearPollMs)) {
      const [made] = await describeTopics([topic.name]);
      if (made && made.partitions.length > 0 && made.partitions.every((each) => each.leader !== null)) return;
      if (Date.now() > until)
        throw new BrokerFailure('timed_out', `Topic ${topic.name} was created but has no leaders yet`);
    }
  }

  async function brokerVersion(): Promise<string | null> {
    const answer = await link.toAny('ApiVersions', (connection) =>
      apiVersionsV3.api.async(connection, 'sluice', '1'),
    );
    const supported = answer.supportedFeatures?.find((feature) => feature.name === 'metadata.version');
    return supported ? kafkaRelease(supported.maxVersion) : null;
  }

  return {
    describeCluster,
    activeController: () => activeController(link),
    describeTopics,
    mayWrite,
    topicConfigs,
    deadLettersOfGroups: () => deadLettersOfGroups(link),
    createsTopics: () => createsTopics(link),
    logSizes: (partitions) => logSizes(link, partitions),
    ensureTopic,
    brokerVersion,
  };
}
