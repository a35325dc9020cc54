import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { FailedRecord } from '../dead-letters/failure.ts';
import { log, reasonOf } from '../log.ts';

/** A few records of one partition, in order. */
export type Chunk = {
  topic: string;
  partition: number;
  records: FailedRecord[];
  /** Records from the first of these to the end of the partition, when it was fetched. */
  backlog: number;
  highWatermark: bigint;
};

export type Member = {
  /** Returns when every record is dealt with, its dead letters and sinks included; throws when it has to come again. */
  handle: (chunk: Chunk) => Promise<void>;
  close: () => Promise<void>;
};

export type ConsumerLoopOptions = {
  kafkaOf: (clientId: string) => Kafka;
  groupId: string;
  topics: string[];
  members: number;
  chunkRecords: number;
  /** False when the handler commits offsets itself, in its transaction. */
  autoCommit: boolean;
  /** How long a fetch waits for more records. */
  maxWaitMs?: number;
  /** Called for each new life of a member: at start and after each failure. */
  open: () => Promise<Member>;
  /** How many records to take now, and how long to rest after them; 0 records holds the partition until `release`. */
  admit?: (where: { topic: string; backlog: number }) => { records: number; restMs: number };
};

export type ConsumerLoop = {
  start: () => void;
  stop: () => Promise<void>;
  /** Resolves when everything that was under way at the call is done. */
  settle: () => Promise<void>;
  /** Lets held and resting partitions go on. */
  release: () => void;
};

const longestBackOffMs = 10_000;

/**
 * A consumer group of one or more members. Handlers are kept short, since kafkajs fetches nothing more for a member
 * before all partitions of the last fetch are done. A member that fails is closed and opened again from its
 * committed offsets, so nothing that it only remembered is trusted.
 */
export function createConsumerLoop(options: ConsumerLoopOptions): ConsumerLoop {
  const { groupId, topics } = options;
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  const resting = new Map<() => void, NodeJS.Timeout | null>();
  let lives: Promise<void>[] = [];

  const rest = (resume: () => void, restMs: number | null) => {
    const wake = () => {
      resting.delete(wake);
      resume();
    };
    resting.set(wake, restMs === null ? null : setTimeout(wake, restMs));
  };
  const release = () => {
    for (const [wake, timer] of [...resting]) {
      if (timer) clearTimeout(timer);
      wake();
    }
  };

  async function take(payload: EachBatchPayload, member: Member): Promise<void> {
    const { batch, resolveOffset, heartbeat, pause, isRunning, isStale } = payload;
    const first = batch.messages[0];
    if (!first || !isRunning() || isStale()) return;
    const highWatermark = BigInt(batch.highWatermark);
    const backlog = Number(highWatermark - BigInt(first.offset));
    const { records, restMs } = options.admit?.({ topic: batch.topic, backlog }) ?? {
      records: options.chunkRecords,
      restMs: 0,
    };
    if (records === 0) return rest(pause(), null);
    const messages = batch.messages.slice(0, records);
    const handling = member.handle({
      topic: batch.topic,
      partition: batch.partition,
      backlog,
      highWatermark,
      records: messages.map(({ offset, timestamp, key, value, headers }) => ({
        topic: batch.topic,
        partition: batch.partition,
        group: groupId,
        offset,
        timestamp,
        key,
        value,
        headers: headers ?? {},
      })),
    });
    const settled = handling.then(
      () => undefined,
      () => undefined,
    );
    underWay.add(settled);
    try {
      await handling;
    } catch (error) {
      const where = `${batch.topic}-${batch.partition} from offset ${first.offset}`;
      log(groupId, `could not deal with ${where}, it comes again: ${reasonOf(error)}`);
      throw error;
    } finally {
      underWay.delete(settled);
    }
    resolveOffset(messages.at(-1)?.offset ?? first.offset);
    if (restMs > 0) rest(pause(), restMs);
    await heartbeat();
  }

  async function live(clientId: string): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      let consumer: Consumer | null = null;
      let member: Member | null = null;
      try {
        member = await options.open();
        const opened = member;
        consumer = options.kafkaOf(clientId).consumer({
          groupId,
          sessionTimeout: 10_000,
          heartbeatInterval: 2000,
          rebalanceTimeout: 15_000,
          maxWaitTimeInMs: options.maxWaitMs ?? 1000,
          minBytes: 4096,
          maxBytesPerPartition: 131_072,
          allowAutoTopicCreation: false,
          retry: { retries: options.autoCommit ? 3 : 0, restartOnFailure: async () => false },
        });
        const ended = new Promise<never>((_, reject) => {
          consumer?.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
          stopped.signal.addEventListener('abort', () => reject(stopped.signal.reason), { once: true });
        });
        ended.catch(() => undefined); // also awaited below; this only marks it as seen while still connecting
        await consumer.connect();
        await consumer.subscribe({ topics, fromBeginning: true });
        await consumer.run({
          autoCommit: options.autoCommit,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: options.autoCommit ? 4 : 1,
          eachBatch: async (payload) => {
            await take(payload, opened);
            failures = 0;
          },
        });
        await ended;
      } catch (error) {
        if (!stopped.signal.aborted) log(clientId, `starting again after: ${reasonOf(error)}`);
      }
      for (const part of [consumer?.disconnect(), member?.close()])
        await part?.catch((error) => log(clientId, `did not close cleanly: ${reasonOf(error)}`));
      failures += 1;
      const backOffMs = Math.min(longestBackOffMs, 250 * 2 ** Math.min(failures, 10));
      if (!stopped.signal.aborted)
        await sleep(backOffMs, undefined, { signal: stopped.signal }).catch(() => undefined); // woken by stop
    }
  }

  return {
    start() {
      lives = Array.from({ length: options.members }, (_, index) =>
        live(options.members === 1 ? groupId : `${groupId}-${index + 1}`),
      );
    },
    async stop() {
      stopped.abort(new Error('stopping'));
      for (const timer of resting.values()) if (timer) clearTimeout(timer);
      resting.clear();
      await Promise.all(lives);
    },
    async settle() {
      await Promise.all([...underWay]);
    },
    release,
  };
}
