import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin, type Consumer, type KafkaMessage } from 'kafkajs';
import type { ClusterConfig } from '#lib/config/config.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import { BrokerFailure } from '../port/failure.ts';
import type { ReadBack } from '../port/read-back.ts';
import { askLog, type LogQuestions } from './ask-log.ts';
import { kafkaOptions } from './client-options.ts';
import { registerCodecs } from './codecs.ts';
import { exactHeadersOf } from './linear-headers.ts';
import { mendKafkajs } from './mend-kafkajs.ts';
import { OpenRanges } from './open-ranges.ts';

const { Kafka, logLevel } = kafkajs;

type Request = Parameters<ReadBack['readRange']>[0];

/** What a read works with, of its own and for it alone. */
export type ReadBackClients = {
  groupId: string;
  consumer: Pick<
    Consumer,
    'connect' | 'disconnect' | 'on' | 'events' | 'subscribe' | 'run' | 'pause' | 'seek'
  >;
  admin: Pick<Admin, 'connect' | 'disconnect' | 'deleteGroups'>;
  log: LogQuestions;
};

/** A read that does not come on asks whether the log still has what it waits for. */
const askAgainMs = 5000;

/**
 * Read-back by kafkajs, the client that did not write. It joins a throw-away group that never commits, and reads only the
 * partitions and offsets that it was told: kafkajs resets to its default offset on out-of-range (facts.md), so a record outside
 * its range is never handed over. Headers are handed over as they stand in the log, in order and with names that are no text; kafkajs itself would lose both.
 */
export function readBackWith(config: ClusterConfig, open = openClients): ReadBack {
  registerCodecs();
  mendKafkajs();
  return {
    async readRange(request) {
      const ranges = new OpenRanges(request.ranges);
      if (ranges.size === 0) return;
      const stop = new AbortController();
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        // It is leaving: what was read was read in time.
        if (stop.signal.aborted) return;
        const left = ranges.partitions().join(', ');
        const message = `Reading ${request.topic} back took longer than ${request.timeoutMs} ms; open: ${left}`;
        stop.abort(new BrokerFailure('timed_out', message));
        late.reject(stop.signal.reason);
      }, request.timeoutMs);
      const reading = readAndLeave(open(config), request, ranges, stop);
      // Whoever asked is told of the time by the one and of everything else by the other; the one that loses is nobody's concern.
      for (const ending of [reading, late.promise]) ending.catch(() => undefined);
      try {
        await Promise.race([reading, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function openClients(config: ClusterConfig): ReadBackClients {
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
    // What is fetched past the end of a range is read for nothing.
    maxBytesPerPartition: 524_288,
    maxWaitTimeInMs: 250,
    // By itself it would start again after it crashed, when nobody is there any more to end it.
    retry: { retries: 3, restartOnFailure: async () => false },
  });
  return { groupId, consumer, admin: kafka.admin(), log: askLog(config) };
}

/**
 * Everything is disconnected in every ending. A time-out does not wait for that: kafkajs can't be stopped while its group is forming (it would go on
 * by itself, unreachable), so that is waited for first.
 */
async function readAndLeave(
  clients: ReadBackClients,
  request: Request,
  ranges: OpenRanges,
  stop: AbortController,
): Promise<void> {
  const { groupId, consumer, admin, log } = clients;
  let joined = false;
  try {
    await keepToLog(log, request.topic, ranges);
    stop.signal.throwIfAborted();
    joined = ranges.size > 0;
    if (joined) await readOpen(clients, request, ranges, stop);
  } catch (error) {
    // What ended it is what `stop` says, if it says anything: the rest broke after that.
    throw stop.signal.aborted ? stop.signal.reason : failureOf(request.topic, error);
  } finally {
    stop.abort();
    // What was read was read: nothing here makes it undone. An empty group that stays is dropped by the broker.
    await consumer.disconnect().catch(() => undefined);
    if (joined) await forgetGroup(admin, groupId).catch(() => undefined);
    await log.close().catch(() => undefined);
  }
}

async function forgetGroup(admin: ReadBackClients['admin'], groupId: string): Promise<void> {
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } finally {
    await admin.disconnect();
  }
}

function failureOf(topic: string, error: unknown): BrokerFailure {
  if (error instanceof BrokerFailure) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new BrokerFailure('rejected', `Reading ${topic} back failed: ${said}`, error);
}

/** kafkajs would wait for ever for what the log does not have. */
async function keepToLog(log: LogQuestions, topic: string, ranges: OpenRanges): Promise<void> {
  ranges.narrow(await log.bounds(topic, ranges.partitions()));
}

async function readOpen(
  { consumer, log }: ReadBackClients,
  request: Request,
  ranges: OpenRanges,
  stop: AbortController,
): Promise<void> {
  const { topic } = request;
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  over.catch(() => undefined);
  stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
  let moved = false;
  const look = (partition: number): void => {
    if (ranges.size === 0) resolve();
    else if (ranges.nextOf(partition) === null) consumer.pause([{ topic, partitions: [partition] }]);
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => stop.abort(failureOf(topic, payload.error)));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const partition of payload.memberAssignment[topic] ?? []) {
      const next = ranges.nextOf(partition);
      if (next === null) consumer.pause([{ topic, partitions: [partition] }]);
      else consumer.seek({ topic, partition, offset: String(next) });
    }
  });
  // Told of every batch with something in it, also where all of that is filtered and `eachBatch` is not called.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
    const after = BigInt(lastOffset) + 1n;
    if (ranges.advance(partition, after)) moved = true;
    const next = ranges.nextOf(partition);
    if (next !== null && next > after) consumer.seek({ topic, partition, offset: String(next) });
    look(partition);
  });
  const handOver = (partition: number, messages: readonly KafkaMessage[]): void => {
    for (const message of messages) {
      const offset = BigInt(message.offset);
      if (stop.signal.aborted || !ranges.wants(partition, offset)) continue;
      ranges.advance(partition, offset + 1n);
      moved = true;
      request.onRecord(toLogRecord(partition, message));
    }
    look(partition);
  };
  const askAgain = async (): Promise<void> => {
    const idle = !moved;
    moved = false;
    if (!idle) return;
    const before = ranges.partitions();
    await keepToLog(log, topic, ranges);
    before.forEach(look);
  };
  // Where the log can't be asked now, it is asked the next time.
  const asking = setInterval(() => void askAgain().catch(() => undefined), askAgainMs);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    stop.signal.throwIfAborted();
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: async ({ batch }) => {
        try {
          handOver(batch.partition, batch.messages);
        } catch (error) {
          stop.abort(error);
        }
      },
    });
    await over;
  } finally {
    clearInterval(asking);
  }
}

function toLogRecord(partition: number, message: KafkaMessage): LogRecord {
  const headers = exactHeadersOf(message.headers);
  // Another copy of kafkajs, or another version: its headers are not to be compared by, and may take minutes.
  if (!headers) throw new Error('kafkajs has decoded a record by itself: look at ADR 49.');
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
