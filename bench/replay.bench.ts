import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProduceAcks, Producer } from '@platformatic/kafka';
import { createExecutionBench, type ExecutionBench } from '#fixtures/execution.ts';
import { createTopics, testBrokers, testCluster, testPrefix } from '#fixtures/kafka.ts';
import type { SealedReplay } from '#fixtures/replay.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';
import type { OutgoingRecord } from '#lib/broker/port/writer.ts';

/**
 * `npm run bench -- replay [records]`: an exactly-once replay with its ledger, read-back and verification, by one worker and by two, against a bare transactional copy of the same dead
 * letters, by the client's own producer and by the replay's writer, and against writing alone, in the same run. The client copies before the replay and behind it, and the mean of both counts: a
 * machine that is shared may change its speed in between. Planning has a bench of its own.
 */
const records = Number(process.argv[2] ?? 50_000);
const batch = 6000;
const partitions = 4;

const perSecond = (n: number, ms: number) => Math.round((n / ms) * 1000);
const timed = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

type Write = (records: readonly OutgoingRecord[]) => Promise<void>;

type Bare = { write: Write; close: () => Promise<void> };
/** A topic of its own, and where a cursor is committed with every batch. */
type Place = { topic: string; ledger: string };

/** The writer of the replay and nothing else. */
async function ownWriter({ topic, ledger }: Place): Promise<Bare> {
  const session = await createReplayWriter(testCluster()).open({
    transactionalId: topic,
    transactionTimeoutMs: 60_000,
    callTimeoutMs: 30_000,
  });
  const cursor = { groupId: topic, topic: ledger, partition: 0, metadata: 'bench' };
  let written = 0;
  return {
    write: async (batchRecords) => {
      written += batchRecords.length;
      await session.writeBatch({
        topic,
        records: batchRecords,
        cursor: { ...cursor, offset: BigInt(written) },
      });
    },
    close: () => session.close(),
  };
}

/** The client as it is published: its producer, its encoder, a transaction for every batch. */
async function clientsProducer({ topic }: Place): Promise<Bare> {
  const producer = new Producer({
    ...{ clientId: 'sluice-bench', bootstrapBrokers: [...testBrokers()] },
    ...{ idempotent: true, transactionalId: topic },
  });
  const nothing = new Uint8Array();
  const asBuffer = (bytes: Uint8Array | null): Buffer => {
    const { buffer, byteOffset, length } = bytes ?? nothing;
    return Buffer.from(buffer, byteOffset, length);
  };
  return {
    write: async (batchRecords) => {
      const transaction = await producer.beginTransaction();
      await transaction.send({
        acks: ProduceAcks.ALL,
        messages: batchRecords.map(({ partition, key, value, headers, timestampMs }) => ({
          ...{ topic, partition, timestamp: BigInt(timestampMs) },
          ...{ key: asBuffer(key), value: asBuffer(value) },
          headers: new Map(headers.map((each) => [asBuffer(each.name), asBuffer(each.value)])),
        })),
      });
      await transaction.commit();
    },
    close: () => producer.close(),
  };
}

/** Records into a topic of their own, a transaction for every 6,000. */
async function bareMs(
  open: (place: Place) => Promise<Bare>,
  work: (write: Write) => Promise<void>,
): Promise<number> {
  const topic = `${testPrefix()}bare`;
  const ledger = `${topic}.ledger`;
  await createTopics([{ topic, partitions }, { topic: ledger }]);
  const bare = await open({ topic, ledger });
  let written = 0;
  const ms = await timed(() =>
    work(async (batchRecords) => {
      written += batchRecords.length;
      await bare.write(batchRecords);
    }),
  );
  await bare.close();
  if (written !== records) throw new Error(`${written} records were written, not ${records}.`);
  return ms;
}

/** Nothing read, no headers: the least that a send takes. */
async function writeMade(write: Write): Promise<void> {
  const value = new Uint8Array(500);
  for (let from = 0; from < records; from += batch)
    await write(
      Array.from({ length: Math.min(batch, records - from) }, (_, at) => ({
        partition: (from + at) % partitions,
        key: new TextEncoder().encode(`order-${from + at}`),
        value,
        headers: [],
        timestampMs: Date.now(),
      })),
    );
}

/** The dead letters of a replay as they are, read by its reader; the next ones while some are written. */
async function copyLetters({ cluster, source }: SealedReplay, write: Write): Promise<void> {
  const [topic] = await cluster.admin.describeTopics([source]);
  let writing = Promise.resolve();
  let read: OutgoingRecord[] = [];
  const writeRead = async () => {
    await writing;
    writing = write(read);
    read = [];
  };
  for (const { partition } of topic?.partitions ?? [])
    for (let offset = 0n, end = 1n; offset < end; ) {
      const place = { topicId: topic?.topicId ?? '', partition, offset };
      const answer = await cluster.reader.fetch({
        ...place,
        maxBytes: 1_048_576,
        isolation: 'read_committed',
      });
      for (const { key, value, headers } of answer.records) {
        read.push({ partition: read.length % partitions, key, value, headers, timestampMs: Date.now() });
        if (read.length === batch) await writeRead();
      }
      offset = answer.nextOffset;
      end = answer.lastStable;
    }
  await writeRead();
  await writing;
}

/** Sent and settled, from the first intent to the last outcome. */
async function sendingMs(bench: ExecutionBench, { id }: SealedReplay): Promise<number> {
  const sent = await bench.sql(
    'SELECT extract(epoch FROM max(settled_at) - min(intent_at)) * 1000 AS ms FROM replay_batch WHERE replay_id = $1',
    [id],
  );
  return Number(sent.rows[0]?.ms);
}

const shape = { records, canary: 1, recordsPerSecond: 1_000_000, group: false, valueBytes: 500, partitions };

/** By one worker in this process. */
async function replayAlone(
  bench: ExecutionBench,
  replay: SealedReplay,
): Promise<{ sendMs: number; proofMs: number }> {
  // As autovacuum does within a minute of a plan that took so much.
  await bench.sql('ANALYZE');
  const proofMs = await timed(async () => {
    const ended = await bench.run(replay);
    if (ended?.state !== 'verified')
      throw new Error(`The replay ended ${ended?.state}: ${ended?.stateReason}`);
  });
  return { sendMs: await sendingMs(bench, replay), proofMs };
}

/** Shared by two workers, each a process of its own that does nothing else. */
async function replayShared(bench: ExecutionBench): Promise<{ sendMs: number }> {
  const replay = await bench.prepare({ ...shape, shards: 2 });
  await bench.sql('ANALYZE');
  const script = new URL('replay/dispatch.ts', import.meta.url).pathname;
  const workers = ['worker-1', 'worker-2'].map((name) =>
    spawn(process.execPath, [script, bench.appUrl, name], { stdio: 'inherit' }),
  );
  try {
    for (;;) {
      const now = await bench.database.stores.replays.read(replay.id);
      if (now?.state === 'paused') throw new Error(`The replay paused: ${now.stateReason}`);
      if (now?.executedAt) break;
      await sleep(100);
    }
  } finally {
    for (const worker of workers) {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    }
  }
  return { sendMs: await sendingMs(bench, replay) };
}

const bench = await createExecutionBench();
try {
  const replay = await bench.prepare(shape);
  const writeMs = await bareMs(ownWriter, writeMade);
  const copyMs = await bareMs(ownWriter, (write) => copyLetters(replay, write));
  const copyByClient = () => bareMs(clientsProducer, (write) => copyLetters(replay, write));
  const clientBeforeMs = await copyByClient();
  const { sendMs, proofMs } = await replayAlone(bench, replay);
  const clientAfterMs = await copyByClient();
  const clientMs = (clientBeforeMs + clientAfterMs) / 2;
  const line = (what: string, ms: number): void =>
    console.log(
      `${what.padEnd(54)}${perSecond(records, ms)} records/s, ${(clientMs / ms).toFixed(2)} of the client's bare copy, ${(copyMs / ms).toFixed(2)} of one by the replay's writer`,
    );
  line("bare transactional write, the replay's writer:", writeMs);
  line("bare transactional copy, the replay's writer:", copyMs);
  line("bare transactional copy, the client's, before:", clientBeforeMs);
  line("bare transactional copy, the client's, behind it:", clientAfterMs);
  line('replay, sending with ledger:', sendMs);
  line('replay, to proof of outcome:', proofMs);
  const shared = await replayShared(bench);
  line('shared by two workers:', shared.sendMs);
} finally {
  await bench.endTest();
  await bench.drop();
}
process.exit(0);
