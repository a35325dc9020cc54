import {
  addOffsetsToTxnV3,
  addPartitionsToTxnV3,
  type Broker,
  type Connection,
  ConnectionPool,
  endTxnV3,
  FindCoordinatorKeyTypes,
  findCoordinatorV4,
  initProducerIdV4,
  metadataV12,
  type produceV11,
  txnOffsetCommitV3,
} from '@platformatic/kafka';
import type { ClusterConfig } from '#lib/config/config.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { Cursor, OutgoingRecord } from '../port/writer.ts';
import { parseServer } from './connection.ts';
import { encodeBatch } from './encode-batch.ts';
import { produceBatches } from './produce-call.ts';
import { connectionOptions } from './properties.ts';
import { callOnce, callUntil, type WireCall } from './transaction-call.ts';

export type WireOptions = { transactionalId: string; transactionTimeoutMs: number; callTimeoutMs: number };

/** The six calls of a transaction (KIP-98), each made once on connections of its own. */
export type TransactionWire = {
  addPartitions(topic: string, partitions: readonly number[]): Promise<void>;
  produce(
    topic: string,
    records: readonly OutgoingRecord[],
    sequences: ReadonlyMap<string, number>,
  ): Promise<ReadonlyMap<number, bigint>>;
  addOffsets(groupId: string): Promise<void>;
  commitOffset(cursor: Cursor): Promise<void>;
  endTransaction(commit: boolean): Promise<void>;
  close(): Promise<void>;
};

/** Connects, finds the transaction coordinator and takes the transactional id over (InitProducerId raises its epoch). */
export async function openTransactionWire(
  config: ClusterConfig,
  options: WireOptions,
): Promise<TransactionWire> {
  const pool = new ConnectionPool('sluice-writer', {
    ...connectionOptions({ ...config.properties, ...config.writeProperties }),
    requestTimeout: options.callTimeoutMs,
  });
  pool.on('failed', () => undefined);
  const seeds = config.bootstrapServers.map(parseServer);
  const { transactionalId, callTimeoutMs } = options;
  const seed = () => pool.getFirstAvailable([...seeds]);
  const call: WireCall = { timeoutMs: callTimeoutMs };

  const coordinatorOf = (type: 0 | 1, name: string): Promise<Broker> =>
    callUntil(call, `FindCoordinator(${name})`, async () => {
      const answer = await findCoordinatorV4.api.async(await seed(), type, [name]);
      const found = answer.coordinators[0];
      if (!found) throw new BrokerFailure('unreachable', `No coordinator for ${name}.`);
      return { host: found.host, port: found.port };
    });

  try {
    let transactionCoordinator = await coordinatorOf(FindCoordinatorKeyTypes.TRANSACTION, transactionalId);
    const producer = await callUntil(call, `InitProducerId(${transactionalId})`, async (attempt) => {
      if (attempt > 0)
        transactionCoordinator = await coordinatorOf(FindCoordinatorKeyTypes.TRANSACTION, transactionalId);
      const connection = await pool.get(transactionCoordinator);
      return initProducerIdV4.api.async(connection, transactionalId, options.transactionTimeoutMs, -1n, -1);
    });
    const { producerId, producerEpoch } = producer;
    const toCoordinator = () => pool.get(transactionCoordinator);
    const leaders = createLeaderCache(seed, call);

    return {
      async addPartitions(topic, partitions) {
        const topics = [{ name: topic, partitions: [...partitions] }];
        await callUntil(call, `AddPartitionsToTxn(${topic})`, async () =>
          addPartitionsToTxnV3.api.async(await toCoordinator(), [
            { transactionalId, producerId, producerEpoch, verifyOnly: false, topics },
          ]),
        );
      },

      async produce(topic, records, sequences) {
        const byLeader = await leaders.group(topic, records);
        const answers = await Promise.all(
          [...byLeader.values()].map(({ broker, partitions }) =>
            callOnce(call, `Produce(${topic})`, async () => {
              const connection = await pool.get(broker);
              const batches = [...partitions].map(([partition, own]) => {
                const firstSequence = sequences.get(`${topic}:${partition}`) ?? 0;
                return { partition, batch: encodeBatch(own, { producerId, producerEpoch, firstSequence }) };
              });
              return produceBatches.async(connection, transactionalId, callTimeoutMs, topic, batches);
            }),
          ),
        );
        return collectBaseOffsets(answers);
      },

      async addOffsets(groupId) {
        await callUntil(call, `AddOffsetsToTxn(${groupId})`, async () =>
          addOffsetsToTxnV3.api.async(
            await toCoordinator(),
            transactionalId,
            producerId,
            producerEpoch,
            groupId,
          ),
        );
      },

      async commitOffset(cursor) {
        const group = await coordinatorOf(FindCoordinatorKeyTypes.GROUP, cursor.groupId);
        const partition = {
          partitionIndex: cursor.partition,
          committedOffset: cursor.offset,
          committedLeaderEpoch: -1,
          committedMetadata: cursor.metadata,
        };
        const topics = [{ name: cursor.topic, partitions: [partition] }];
        // Sent again while the group's coordinator loads: the same offset in the same transaction is the same commit.
        await callUntil(call, `TxnOffsetCommit(${cursor.groupId})`, async () =>
          txnOffsetCommitV3.api.async(
            await pool.get(group),
            transactionalId,
            cursor.groupId,
            producerId,
            producerEpoch,
            -1,
            '',
            null,
            topics,
          ),
        );
      },

      async endTransaction(commit) {
        await callOnce(call, `EndTxn(${transactionalId})`, async () =>
          endTxnV3.api.async(await toCoordinator(), transactionalId, producerId, producerEpoch, commit),
        );
      },

      close: () => closeQuietly(pool),
    };
  } catch (error) {
    await closeQuietly(pool);
    throw error;
  }
}

/** The connections go away either way: a failure to close them in order changes nothing for the broker or for us. */
async function closeQuietly(pool: ConnectionPool): Promise<void> {
  for (const [, connection] of pool) connection.socket?.destroy();
  await pool.close().catch(() => undefined);
}

function collectBaseOffsets(answers: readonly produceV11.ProduceResponse[]): Map<number, bigint> {
  const offsets = new Map<number, bigint>();
  for (const answer of answers)
    for (const topic of answer.responses)
      for (const partition of topic.partitionResponses) offsets.set(partition.index, partition.baseOffset);
  return offsets;
}

type Leaders = {
  group: (topic: string, records: readonly OutgoingRecord[]) => Promise<Map<number, LeaderShare>>;
};
type LeaderShare = { broker: Broker; partitions: Map<number, OutgoingRecord[]> };

/** Partition leaders, asked once a session: a leader that moves makes the produce fail, and the next session asks anew. */
function createLeaderCache(seed: () => Promise<Connection>, call: WireCall): Leaders {
  const known = new Map<string, Map<number, { id: number; broker: Broker }>>();

  async function leadersOf(topic: string): Promise<Map<number, { id: number; broker: Broker }>> {
    const cached = known.get(topic);
    if (cached) return cached;
    const answer = await callOnce(call, `Metadata(${topic})`, async () =>
      metadataV12.api.async(await seed(), [topic], false, false),
    );
    const brokers = new Map(
      answer.brokers.map((broker) => [broker.nodeId, { host: broker.host, port: broker.port }]),
    );
    const leaders = new Map<number, { id: number; broker: Broker }>();
    for (const partition of answer.topics.find((candidate) => candidate.name === topic)?.partitions ?? []) {
      const broker = brokers.get(partition.leaderId);
      if (broker) leaders.set(partition.partitionIndex, { id: partition.leaderId, broker });
    }
    known.set(topic, leaders);
    return leaders;
  }

  return {
    async group(topic, records) {
      const leaders = await leadersOf(topic);
      const shares = new Map<number, LeaderShare>();
      for (const [partition, own] of Map.groupBy(records, (record) => record.partition)) {
        const leader = leaders.get(partition);
        if (!leader)
          throw new BrokerFailure(
            'unknown_topic',
            `Partition ${partition} of ${topic} has no leader, or is not there.`,
          );
        const share = shares.get(leader.id) ?? { broker: leader.broker, partitions: new Map() };
        share.partitions.set(partition, own);
        shares.set(leader.id, share);
      }
      return shares;
    },
  };
}
