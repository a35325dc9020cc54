import { randomUUID } from 'node:crypto';
import kafkajs, {
  type Kafka as Client,
  type Consumer,
  type EachBatchPayload,
  type KafkaMessage,
} from 'kafkajs';
import type { ClusterConfig } from '#lib/config/config.ts';
import type { LogRecord, RecordHeader } from '#lib/domain/kernel/record.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { ReadBack } from '../port/read-back.ts';
import { kafkaOptions } from './client-options.ts';
import { registerCodecs } from './codecs.ts';

const { Kafka, logLevel } = kafkajs;

type Range = { partition: number; from: bigint; to: bigint };
type Request = Parameters<ReadBack['readRange']>[0];

const encoder = new TextEncoder();

/**
 * Read-back by kafkajs, the client that did not write. It joins a throw-away group that never commits, and reads only the
 * partitions and offsets that it was told: kafkajs resets to its default offset on out-of-range (facts.md), so a record outside
 * its range is never handed over. kafkajs loses the interleaving of header names and can't represent `__proto__`: compare
 * headers by name, and such records by the other reader.
 */
export function readBackWith(config: ClusterConfig): ReadBack {
  registerCodecs();
  return {
    async readRange(request) {
      const ranges = new Map(
        request.ranges.filter(({ from, to }) => to > from).map((range) => [range.partition, range]),
      );
      if (ranges.size === 0) return;
      const kafka = new Kafka({
        ...kafkaOptions(config),
        clientId: 'sluice-read-back',
        logLevel: logLevel.NOTHING,
      });
      const groupId = `sluice.read-back.${randomUUID()}`;
      const consumer = kafka.consumer({
        groupId,
        readUncommitted: false,
        allowAutoTopicCreation: false,
        maxBytesPerPartition: 1_048_576,
        maxWaitTimeInMs: 250,
        retry: { retries: 3 },
      });
      try {
        await consumer.connect();
        await readAll(consumer, request, ranges);
      } finally {
        await consumer.disconnect();
        await forgetGroup(kafka, groupId);
      }
    },
  };
}

async function readAll(
  consumer: Consumer,
  request: Request,
  ranges: ReadonlyMap<number, Range>,
): Promise<void> {
  const next = new Map([...ranges.values()].map((range) => [range.partition, range.from]));
  const open = new Set(ranges.keys());
  const done = Promise.withResolvers<void>();
  const failed = (message: string, cause?: unknown) =>
    done.reject(new BrokerFailure('rejected', message, cause));
  const timer = setTimeout(
    () =>
      done.reject(
        new BrokerFailure(
          'timed_out',
          `Reading ${request.topic} back took longer than ${request.timeoutMs} ms; open: ${[...open].join(', ')}`,
        ),
      ),
    request.timeoutMs,
  );
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    failed(`Reading ${request.topic} back failed: ${payload.error.message}`, payload.error),
  );
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[request.topic] ?? []) {
      const at = next.get(partition);
      if (at === undefined || !open.has(partition))
        consumer.pause([{ topic: request.topic, partitions: [partition] }]);
      else consumer.seek({ topic: request.topic, partition, offset: String(at) });
    }
  });
  const take = ({ batch, pause }: EachBatchPayload) => {
    const range = ranges.get(batch.partition);
    const expected = next.get(batch.partition);
    if (!range || expected === undefined || !open.has(batch.partition)) return;
    for (const message of batch.messages) {
      const offset = BigInt(message.offset);
      if (offset >= expected && offset < range.to) request.onRecord(toLogRecord(batch.partition, message));
    }
    const after = BigInt(batch.lastOffset()) + 1n;
    next.set(batch.partition, after > expected ? after : expected);
    if (after < range.to) return;
    open.delete(batch.partition);
    pause();
    if (open.size === 0) done.resolve();
  };
  try {
    await consumer.subscribe({ topics: [request.topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: async (payload) => take(payload),
    });
    await done.promise;
  } finally {
    clearTimeout(timer);
  }
}

/** The empty group is removed at once; where it can't be, the broker drops it by itself. */
async function forgetGroup(kafka: Client, groupId: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]).catch(() => undefined);
  } finally {
    await admin.disconnect();
  }
}

function toLogRecord(partition: number, message: KafkaMessage): LogRecord {
  const headers: RecordHeader[] = [];
  for (const [name, value] of Object.entries(message.headers ?? {}))
    for (const each of Array.isArray(value) ? value : [value])
      headers.push({
        name: encoder.encode(name),
        value:
          each === undefined || each === null ? null : typeof each === 'string' ? encoder.encode(each) : each,
      });
  return {
    partition,
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
    timestampType: 'create',
    key: message.key,
    value: message.value,
    headers,
  };
}
