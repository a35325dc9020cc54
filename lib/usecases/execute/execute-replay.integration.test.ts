import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { testKafka } from '#fixtures/kafka.ts';
import { approvedReplay, type SealedReplay, testCluster, testPolicyHash } from '#fixtures/replay.ts';
import { readBackWith } from '#lib/broker/kafkajs/read-back.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';
import type { ReplayWriter } from '#lib/broker/port/writer.ts';
import { isFailureHeader } from '#lib/domain/dead-letters/failure-headers.ts';
import type { ExecutionDeps, TargetReading } from './deps.ts';
import { executionLease } from './deps.ts';
import { executeReplay } from './execute-replay.ts';

const running: TargetReading = { state: 'running', lagRecords: 0n, asOf: new Date() };

describe('executing a replay on a real broker', () => {
  let test: TestDatabase;
  const endings: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) await end();
  });
  afterAll(() => test.drop());

  const depsFor = (replay: SealedReplay, more: Partial<ExecutionDeps> = {}): ExecutionDeps => ({
    database: test.database,
    clusters: new Map([['main', replay.cluster]]),
    writers: new Map([['main', createReplayWriter(testCluster())]]),
    readBacks: new Map([['main', readBackWith(testCluster())]]),
    policyHash: () => testPolicyHash,
    readTarget: async () => running,
    isFailureHeader,
    clock: () => new Date(),
    timings: { leaseMs: 30_000, transactionTimeoutMs: 20_000, callTimeoutMs: 10_000, observeMs: 50 },
    reach: () => undefined,
    log: () => undefined,
    ...more,
  });

  const prepare = async (shape: Parameters<typeof approvedReplay>[1]) => {
    const replay = await approvedReplay(test.database, shape);
    endings.push(() => replay.cluster.close());
    // The index has read on: its cursor of this cluster is in the future for as long as the test runs.
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    const { clusterId } = await replay.cluster.admin.describeCluster();
    await client.query(
      `INSERT INTO dead_letter_topic (cluster_id, topic_id, cluster, topic, kind, discovered_at) VALUES ($1, $2, 'main', $3, 'dead_letter', now()) ON CONFLICT DO NOTHING`,
      [clusterId, replay.id, replay.source],
    );
    await client.query(
      `INSERT INTO index_cursor (cluster_id, topic_id, partition, next_offset, log_start, last_stable, as_of) VALUES ($1, $2, 0, 0, 0, 0, now() + interval '1 hour') ON CONFLICT DO NOTHING`,
      [clusterId, replay.id],
    );
    await client.end();
    return replay;
  };

  const consume = async (replay: SealedReplay) => {
    const consumer = testKafka().consumer({ groupId: replay.group });
    await consumer.connect();
    await consumer.subscribe({ topics: [replay.destination], fromBeginning: true });
    await consumer.run({ autoCommitInterval: 100, eachMessage: async () => undefined });
    endings.unshift(() => consumer.disconnect());
  };

  const run = async (replay: SealedReplay, deps: ExecutionDeps, holder = 'worker-1') => {
    const lease = await test.database.stores.leases.acquire(executionLease(replay.id, 0), holder, 30_000);
    if (!lease) throw new Error('the lease is held');
    await executeReplay(deps, { replayId: replay.id, shard: 0, lease }, new AbortController().signal);
    return test.database.stores.replays.read(replay.id);
  };

  /** What an outside reader finds: every record of the destination, read_committed, by kafkajs. */
  const readDestination = async (replay: SealedReplay) => {
    const ends = await replay.cluster.groups.listOffsets(
      [0, 1, 2].map((partition) => ({ topic: replay.destination, partition })),
      'last_stable',
    );
    const values: { partition: number; n: number; headers: string[] }[] = [];
    await readBackWith(testCluster()).readRange({
      topic: replay.destination,
      ranges: ends.map(({ partition, offset }) => ({ partition, from: 0n, to: offset ?? 0n })),
      timeoutMs: 30_000,
      onRecord: (record) =>
        values.push({
          partition: record.partition,
          n: JSON.parse(new TextDecoder().decode(record.value ?? new Uint8Array())).n,
          headers: record.headers.map(({ name }) => new TextDecoder().decode(name)).sort(),
        }),
    });
    return values;
  };

  it('sends every record once, keeps its headers but for the documented ones, and ends verified', async () => {
    const replay = await prepare({ records: 300 });
    await consume(replay);
    const ended = await run(replay, depsFor(replay));
    expect(ended?.stateReason).toBeNull();
    expect(ended?.state).toBe('verified');
    expect(ended?.run?.readBack).toMatchObject({
      checked: 300,
      equal: 300,
      different: [],
      missing: [],
      orderHeld: true,
    });
    const values = await readDestination(replay);
    expect(values.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    expect(values[0]?.headers).toEqual([
      'sluice-origin',
      'sluice-origin-timestamp',
      'sluice-replay-attempt',
      'sluice-replay-id',
      'sluice-replay-item',
      'x-app',
    ]);
    expect(await test.database.stores.replayBatches.counts(replay.id)).toMatchObject({
      replayed: 300,
      unknown: 0,
    });
  });

  it('sends the first batch alone and waits while the target does not consume it', async () => {
    const replay = await prepare({ records: 100, canary: 10 });
    const deps = depsFor(replay);
    const done = run(replay, deps);
    await sleep(2500);
    const waiting = await test.database.stores.replays.read(replay.id);
    expect(waiting?.state).toBe('canary');
    expect((await readDestination(replay)).length).toBe(10);
    await consume(replay);
    expect((await done)?.state).toBe('verified');
    expect((await readDestination(replay)).length).toBe(100);
  });

  it.each([
    [
      'a changed bound',
      "UPDATE replay SET bounds = jsonb_set(bounds, '{maxRecords}', '999999') WHERE id = $1",
      'no longer fits its seal',
    ],
    [
      'a manifest of another root',
      "UPDATE replay SET manifest_root = repeat('a', 64) WHERE id = $1",
      'root that was sealed',
    ],
    ['no approval of this seal', 'DELETE FROM replay_approval WHERE replay_id = $1', 'approval'],
  ])('sends nothing with %s', async (_, tamper, reason) => {
    const replay = await prepare({ records: 20 });
    const client = new pg.Client({ connectionString: test.ownerUrl });
    await client.connect();
    await client.query(tamper, [replay.id]);
    await client.end();
    const ended = await run(replay, depsFor(replay));
    expect(ended?.state).toBe('paused');
    expect(ended?.stateReason).toContain(reason);
    expect(await readDestination(replay)).toEqual([]);
  });

  it('sends nothing when the policy of this worker is not the current one', async () => {
    const replay = await prepare({ records: 20 });
    const other = { ...depsFor(replay), policyHash: () => 'b'.repeat(64) as typeof testPolicyHash };
    const ended = await run(replay, other);
    expect(ended?.state).toBe('paused');
    expect(ended?.stateReason).toContain("worker's policy file");
    expect(await readDestination(replay)).toEqual([]);
  });

  it.each(['records_sent', 'before_commit', 'after_commit', 'before_outcome', 'intent_written'] as const)(
    'a worker lost at %s leaves nothing lost and nothing twice for the next one',
    async (point) => {
      const replay = await prepare({ records: 200, canary: 5 });
      await consume(replay);
      let passes = 0;
      const dying = depsFor(replay, {
        reach: (each) => {
          // The third batch: after the first batch and one of the ramp.
          if (each === point && ++passes === 2) throw new Gone();
        },
      });
      await expect(lose(replay, dying)).rejects.toThrow(Gone);
      await test.database.stores.leases.release({
        name: executionLease(replay.id, 0),
        holder: 'worker-1',
        token: 1n,
      });
      const ended = await run(replay, depsFor(replay), 'worker-2');
      expect(ended?.stateReason).toBeNull();
      expect(ended?.state).toBe('verified');
      const values = await readDestination(replay);
      expect(values.map(({ n }) => n).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 200 }, (_, n) => n),
      );
      expect(await test.database.stores.replayBatches.counts(replay.id)).toMatchObject({
        replayed: 200,
        unknown: 0,
        skipped: 0,
      });
    },
  );

  /** Runs until the worker is "gone": its writer is left open and none of its later code runs. */
  async function lose(replay: SealedReplay, deps: ExecutionDeps): Promise<void> {
    let rejectGone: (error: Error) => void = () => undefined;
    const gone = new Promise<never>((_, reject) => {
      rejectGone = reject;
    });
    const frozen = (error: Error): never => {
      rejectGone(error);
      throw new FrozenForever();
    };
    const reach: ExecutionDeps['reach'] = (point) => {
      try {
        deps.reach(point);
      } catch (error) {
        frozen(error as Error);
      }
    };
    const writers = new Map([...deps.writers].map(([name, writer]) => [name, leftOpen(writer)]));
    const lease = await test.database.stores.leases.acquire(executionLease(replay.id, 0), 'worker-1', 30_000);
    if (!lease) throw new Error('the lease is held');
    const stop = new AbortController();
    const work = executeReplay(
      { ...deps, reach, writers, timings: { ...deps.timings } },
      { replayId: replay.id, shard: 0, lease },
      stop.signal,
    );
    work.catch(() => undefined);
    await gone.finally(() => stop.abort());
  }
});

class Gone extends Error {}
class FrozenForever extends Error {}

/** A writer whose sessions are never closed, as a killed process leaves them. */
const leftOpen = (writer: ReplayWriter): ReplayWriter => ({
  open: async (options) => ({ ...(await writer.open(options)), close: async () => undefined }),
});
