import { createExecutionBench, type ExecutionBench } from '#fixtures/execution.ts';
import { createTopics, testCluster, testPrefix } from '#fixtures/kafka.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';

/**
 * `npm run bench -- replay [records]`: an exactly-once replay with its ledger, read-back and verification, against a bare transactional copy by the same writer in
 * the same run. Planning has a bench of its own.
 */
const records = Number(process.argv[2] ?? 50_000);
const batch = 6000;

const perSecond = (n: number, ms: number) => Math.round((n / ms) * 1000);
const timed = async (work: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

async function bareCopy(): Promise<number> {
  const topic = `${testPrefix()}bare`;
  const ledger = `${topic}.ledger`;
  await createTopics([{ topic, partitions: 3 }, { topic: ledger }]);
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
        partition: (from + at) % 3,
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

async function replayAll(bench: ExecutionBench): Promise<void> {
  const replay = await bench.prepare({
    records,
    canary: 1,
    recordsPerSecond: 1_000_000,
    group: false,
    valueBytes: 500,
  });
  // As autovacuum does within a minute of a plan that took so much.
  await bench.sql('ANALYZE');
  const bareMs = await bareCopy();
  const ms = await timed(async () => {
    const ended = await bench.run(replay);
    if (ended?.state !== 'verified')
      throw new Error(`The replay ended ${ended?.state}: ${ended?.stateReason}`);
  });
  const sent = await bench.sql(
    'SELECT extract(epoch FROM max(settled_at) - min(intent_at)) * 1000 AS ms FROM replay_batch WHERE replay_id = $1',
    [replay.id],
  );
  const sendingMs = Number(sent.rows[0]?.ms);
  console.log(`bare transactional copy:      ${perSecond(records, bareMs)} records/s`);
  console.log(
    `replay, sending with ledger:  ${perSecond(records, sendingMs)} records/s, ${(bareMs / sendingMs).toFixed(2)} of the bare copy`,
  );
  console.log(
    `replay, to proof of outcome:  ${perSecond(records, ms)} records/s, ${(bareMs / ms).toFixed(2)} of the bare copy`,
  );
}

const bench = await createExecutionBench();
try {
  await replayAll(bench);
} finally {
  await bench.endTest();
  await bench.drop();
}
process.exit(0);
