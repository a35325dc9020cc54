import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { CommittedOffset } from '#lib/broker/port/groups.ts';
import type { BrokenPart } from '../broken.ts';
import { maxMessageBytes } from '../dead-letters.ts';
import type { SimulatedKafka } from './kafka.ts';

const ledgerStart = { topic: 'sluice.ledger', partition: 0, offset: 0n };

type Call = <T>(what: string, effect: () => T) => Promise<T>;

const infoOf = (topic: string, topicId: string, partitions: number) => ({
  topic,
  topicId,
  internal: false,
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    partition,
    leader: 0,
    replicas: [0],
    inSyncReplicas: [0],
  })),
});

/** The reading side of one process's connection: what executing and deciding ask of a broker. */
export function simulateCluster(
  kafka: SimulatedKafka,
  broken: BrokenPart | null,
  call: Call,
): ClusterConnection {
  const fetch: ClusterConnection['reader']['fetch'] = ({ topicId, partition, offset }) =>
    call(`fetch from ${offset}`, () => {
      const { source } = kafka;
      if (topicId !== source.topicId)
        throw new BrokerFailure('unknown_topic_id', 'UNKNOWN_TOPIC_ID (simulated)');
      if (offset < source.logStart)
        throw new BrokerFailure('offset_out_of_range', 'OFFSET_OUT_OF_RANGE (simulated)');
      const records = source.records.filter((record) => record.offset >= offset);
      const end = BigInt(source.records.length);
      return {
        partition,
        records,
        unreadable: [],
        nextOffset: end,
        logStart: source.logStart,
        lastStable: end,
        highWatermark: end,
      };
    });
  const admin: Pick<
    ClusterConnection['admin'],
    'describeCluster' | 'describeTopics' | 'topicConfigs' | 'ensureTopic'
  > = {
    describeCluster: () =>
      call('describe cluster', () => ({ clusterId: kafka.clusterId, controller: 0, brokers: [] })),
    describeTopics: (names) =>
      call('describe topics', () =>
        [
          infoOf(kafka.source.topic, kafka.source.topicId, 1),
          ...[...kafka.topics.values()].map(({ topic, topicId, partitions }) =>
            infoOf(topic, topicId, partitions.length),
          ),
        ].filter(({ topic }) => !names || names.includes(topic)),
      ),
    topicConfigs: (names) =>
      call('topic configs', () => {
        const config = new Map([['max.message.bytes', String(maxMessageBytes)]]);
        return new Map(names.map((name) => [name, config]));
      }),
    ensureTopic: () => call('ensure ledger', () => undefined),
  };
  const groups: Pick<ClusterConnection['groups'], 'fetchCommitted' | 'listOffsets' | 'offsetsAtTime'> = {
    fetchCommitted: (groupIds, options) =>
      call(`OffsetFetch ${groupIds.join(',')}`, () => {
        const stable = options?.requireStable ?? false;
        const answers = new Map<string, readonly CommittedOffset[]>();
        for (const groupId of groupIds) {
          const found = kafka.coordinator.committed(groupId, stable);
          const madeUp = found.length === 0 && stable && broken === 'missing_cursor_is_zero';
          answers.set(groupId, madeUp ? [{ ...ledgerStart, metadata: kafka.anySeal(groupId) }] : found);
        }
        return answers;
      }),
    listOffsets: (partitions, kind) =>
      call('ListOffsets', () =>
        partitions.map(({ topic, partition }) => {
          if (kind === 'earliest') return { topic, partition, offset: kafka.logStart(topic), failure: null };
          const log = kafka.log(topic, partition);
          const offset = BigInt(kind === 'last_stable' ? log.lastStable() : log.slots.length);
          return { topic, partition, offset, failure: null };
        }),
      ),
    offsetsAtTime: (partitions, atMs) =>
      call('ListOffsets by time', () =>
        partitions.map(({ topic, partition }) => {
          const first = kafka
            .log(topic, partition)
            .slots.findIndex(({ record }) => record !== null && (record.timestampMs ?? 0) >= atMs);
          return { topic, partition, offset: first === -1 ? null : BigInt(first), failure: null };
        }),
      ),
  };
  const connection = { name: 'main', admin, groups, reader: { fetch }, close: async () => undefined };
  // The rest of the port is what no executor and no decision on a replay uses.
  return connection as unknown as ClusterConnection;
}
