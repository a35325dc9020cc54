import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createExecutionBench, type ExecutionBench } from '#fixtures/execution.ts';
import { createTopics, testCluster, testPrefix } from '#fixtures/kafka.ts';
import type { SealedReplay } from '#fixtures/replay.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';

/**
 * `npm run bench -- replay [records]`: an exactly-once replay with its ledger, read-back and verification, by one worker and by two, against a bare transactional copy by the same writer in
 * the same run. Planning has a bench of its own.
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

async function bareCopy(): Promise<number> {
  const topic = `${testPrefix()}bare`;
  const ledger = `${topic}.ledger`;
  await createTopics([{ topic, partitions }, { topic: ledger }]);
  const session = await createReplayWriter(testCluster()).open({
    transactionalId: topic,
    transactionTimeoutMs: 60_000,
    callTimeoutMs: 30_000,
  });
  const value = new Uint8Array(500);
  const ms = await timed(async () => {
    for (let from = 0; from < records; from += batch) {
      const count = Math.min(batch, records - from);
      const batchRecords = Array.from({ length: count }, (_, at) => ({
        partition: (from + at) % partitions,
        key: new TextEncoder().encode(`order-${from + at}`),
        value,
        headers: [],
        timestampMs: Date.now(),
      }));
      const cursor = {
        groupId: topic,
        topic: ledger,
        partition: 0,
        offset: BigInt(from + count),
        metadata: 'bench',
      };
      await session.writeBatch({ topic, records: batchRecords, cursor });
    }
  });
  await session.close();
  return ms;
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
async function replayAlone(bench: ExecutionBench): Promise<{ sendMs: number; proofMs: number }> {
  const replay = await bench.prepare(shape);
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

const line = (what: string, ms: number, bareMs: number): void =>
  console.log(
    `${what.padEnd(30)}${perSecond(records, ms)} records/s, ${(bareMs / ms).toFixed(2)} of the bare copy`,
  );

const bench = await createExecutionBench();
try {
  const bareMs = await bareCopy();
  console.log(`bare transactional copy:      ${perSecond(records, bareMs)} records/s`);
  const { sendMs, proofMs } = await replayAlone(bench);
  line('replay, sending with ledger:', sendMs, bareMs);
  line('replay, to proof of outcome:', proofMs, bareMs);
  const shared = await replayShared(bench);
  line('shared by two workers:', shared.sendMs, bareMs);
} finally {
  await bench.endTest();
  await bench.drop();
}
process.exit(0);
