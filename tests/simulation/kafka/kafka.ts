import type { TransactionWire } from '#lib/broker/platformatic/transaction-wire.ts';
import { createWriterSession } from '#lib/broker/platformatic/writer-session.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { ReadBack } from '#lib/broker/port/read-back.ts';
import type { ReplayWriter } from '#lib/broker/port/writer.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { BrokenPart } from '../broken.ts';
import { Blocked, type Network } from '../network.ts';
import type { Random } from '../random.ts';
import type { SimulatedProcess } from '../simulated-process.ts';
import type { Timeline } from '../timeline.ts';
import { simulateCluster } from './cluster-connection.ts';
import { Coordinator } from './coordinator.ts';
import { PartitionLog, SimulatedTopic } from './partition-log.ts';

/** The dead letters that replays read: frozen records at their offsets, and where the log starts now. */
export type SourceLog = { topic: string; topicId: string; logStart: bigint; records: readonly LogRecord[] };

const readBackPatienceMs = 2000;

/** The one Kafka of a world, as each process reaches it over the network. */
export class SimulatedKafka {
  readonly clusterId = 'cluster';
  readonly coordinator: Coordinator;
  /** Every incarnation of every destination: what was committed to one that is gone was sent all the same. */
  readonly everything: SimulatedTopic[] = [];
  /** Metadata that a cursor of this group would carry: only for a broken world that makes cursors up. */
  anySeal: (groupId: string) => string = () => '';
  readonly topics = new Map<string, SimulatedTopic>();
  source: SourceLog;
  readonly #timeline: Timeline;
  readonly #network: Network;
  readonly #broken: BrokenPart | null;

  constructor(
    parts: { timeline: Timeline; network: Network; random: Random; broken: BrokenPart | null },
    source: SourceLog,
  ) {
    this.#timeline = parts.timeline;
    this.#network = parts.network;
    this.#broken = parts.broken;
    this.coordinator = new Coordinator(parts.timeline, parts.random, parts.broken);
    this.source = source;
  }

  create(topic: string, topicId: string, partitions: number): void {
    const created = new SimulatedTopic(topic, topicId, partitions);
    this.everything.push(created);
    this.topics.set(topic, created);
  }

  /** One partition more. @returns whether the topic is there */
  grow(topic: string): boolean {
    const found = this.topics.get(topic);
    found?.partitions.push(new PartitionLog());
    return found !== undefined;
  }

  restart(downMs: number): void {
    this.#network.downUntilMs.broker = this.#timeline.nowMs + downMs;
  }

  log(topic: string, partition: number): PartitionLog {
    const log = this.topics.get(topic)?.partitions[partition];
    if (!log) throw new BrokerFailure('unknown_topic', `${topic}-${partition} is not there (simulated)`);
    return log;
  }

  /** Nothing of a destination expires. @throws BrokerFailure */
  logStart(topic: string): bigint {
    if (topic === this.source.topic) return this.source.logStart;
    this.log(topic, 0);
    return 0n;
  }

  connect(caller: SimulatedProcess): ClusterConnection {
    return simulateCluster(this, this.#broken, (what, effect) =>
      this.#network.call(caller, 'broker', what, effect),
    );
  }

  readBack(caller: SimulatedProcess): ReadBack {
    return {
      readRange: async ({ topic, ranges, onRecord }) => {
        const until = this.#timeline.nowMs + readBackPatienceMs;
        const read = (partition: number, from: number, to: number) => () => {
          const log = this.log(topic, partition);
          // What an open transaction hides is waited for, what the log does not have is not (lib/broker/port/read-back.ts).
          const end = Math.min(to, log.slots.length);
          if (log.lastStable() >= end) return log.committed(from, end);
          if (this.#timeline.nowMs < until) throw new Blocked();
          throw new BrokerFailure('timed_out', `Reading ${topic} back took too long (simulated)`);
        };
        for (const { partition, from, to } of ranges.filter((range) => range.to > range.from)) {
          const records = await this.#network.call(
            caller,
            'broker',
            `read back ${topic}-${partition} ${from}-${to}`,
            read(partition, Number(from), Number(to)),
          );
          for (const record of records) onRecord(record);
        }
      },
    };
  }

  writer(caller: SimulatedProcess): ReplayWriter {
    const call = <T>(what: string, effect: () => T) => this.#network.call(caller, 'broker', what, effect);
    return {
      open: async ({ transactionalId, transactionTimeoutMs }) => {
        const producer = await call(`InitProducerId ${transactionalId}`, () =>
          this.coordinator.initProducerId(transactionalId),
        );
        const wire: TransactionWire = {
          addPartitions: (topic, partitions) =>
            call(`AddPartitionsToTxn ${topic} ${partitions.join(',')}`, () => {
              const logs = partitions.map((partition) => this.log(topic, partition));
              this.coordinator.addPartitions(producer, logs, transactionTimeoutMs);
            }),
          produce: async (topic, records, sequences) => {
            const bases = new Map<number, bigint>();
            for (const [partition, own] of Map.groupBy(records, (record) => record.partition))
              await call(`Produce ${topic}-${partition} ×${own.length}`, () => {
                const log = this.log(topic, partition);
                this.coordinator.verify(producer, log);
                const sequence = sequences.get(`${topic}:${partition}`) ?? 0;
                bases.set(partition, BigInt(log.append(producer, sequence, partition, own)));
              });
            return bases;
          },
          addOffsets: (groupId) =>
            call(`AddOffsetsToTxn ${groupId}`, () =>
              this.coordinator.addOffsets(producer, groupId, transactionTimeoutMs),
            ),
          commitOffset: (cursor) =>
            call(`TxnOffsetCommit ${cursor.offset}`, () => this.coordinator.commitOffset(producer, cursor)),
          endTransaction: () => call('EndTxn', () => this.coordinator.endTransaction(producer)),
          close: async () => undefined,
        };
        return createWriterSession(wire);
      },
    };
  }
}
