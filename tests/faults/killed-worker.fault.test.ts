import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { testBrokers, testKafka } from '#fixtures/kafka.ts';
import { approvedReplay, type SealedReplay, testCluster } from '#fixtures/replay.ts';
import { startWorker, type WorkerProcess } from '#fixtures/worker-process.ts';
import { verifyChain } from '#lib/auth/verify-chain.ts';
import { readBackWith } from '#lib/broker/kafkajs/read-back.ts';
import { readEnvironment } from '#lib/config/environment.ts';
import { loadConfig } from '#lib/config/load.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import { killPoints } from '#lib/usecases/execute/kill-point.ts';

const records = 5000;
const resumeWithinMs = 30_000;

describe('kill -9 of the worker in the middle of a replay of 5,000 records', () => {
  let test: TestDatabase;
  const workers: WorkerProcess[] = [];
  const endings: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    for (const end of endings.splice(0)) await end();
  });
  afterAll(() => test.drop());

  const policyHash = async () => {
    const env = { KAFKA_BROKERS: testBrokers().join(',') };
    return (await loadConfig(readEnvironment(env), env)).policyHash;
  };

  const consume = async (replay: SealedReplay) => {
    const consumer = testKafka().consumer({ groupId: replay.group });
    await consumer.connect();
    await consumer.subscribe({ topics: [replay.destination], fromBeginning: true });
    await consumer.run({ autoCommitInterval: 200, eachBatch: async () => undefined });
    endings.unshift(() => consumer.disconnect());
  };

  /** Ordinal numbers of the payloads that an outside read_committed reader finds. */
  const readDestination = async (replay: SealedReplay) => {
    const ends = await replay.cluster.groups.listOffsets(
      [0, 1, 2].map((partition) => ({ topic: replay.destination, partition })),
      'last_stable',
    );
    const found: number[] = [];
    await readBackWith(testCluster()).readRange({
      topic: replay.destination,
      ranges: ends.map(({ partition, offset }) => ({ partition, from: 0n, to: offset ?? 0n })),
      timeoutMs: 60_000,
      onRecord: ({ value }) => found.push(JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())).n),
    });
    return found.sort((a, b) => a - b);
  };

  const settledAfter = async (replay: SealedReplay, before: number) => {
    const until = Date.now() + resumeWithinMs;
    while (Date.now() < until) {
      const counts = await test.database.stores.replayBatches.counts(replay.id);
      if (counts.replayed > before) return;
      await sleep(100);
    }
    throw new Error(`Nothing was sent within ${resumeWithinMs} ms after the kill.`);
  };

  const end = async (replay: SealedReplay) => {
    const until = Date.now() + 90_000;
    for (;;) {
      const now = await test.database.stores.replays.read(replay.id);
      if (now && (isTerminal(now.state) || now.state === 'paused')) return now;
      if (Date.now() > until)
        throw new Error(
          `The replay did not end: ${now?.state}.\n${workers.map((w) => w.output()).join('\n')}`,
        );
      await sleep(200);
    }
  };

  // `before_audit` comes when the first batch passes; the others on the way up the ramp.
  it.each(
    killPoints.map(
      (point) =>
        [
          point,
          point === 'claimed' || point === 'producer_open' || point === 'before_audit' ? 1 : 3,
        ] as const,
    ),
  )('at %s: resumes by itself, nothing lost, nothing twice', async (point, times) => {
    const replay = await approvedReplay(
      test.database,
      { records, recordsPerSecond: 2500 },
      await policyHash(),
    );
    endings.push(() => replay.cluster.close());
    await consume(replay);
    const reached = path.join(tmpdir(), `sluice-kill-${randomUUID()}`);
    endings.push(async () => rmSync(reached, { force: true }));
    const armed = startWorker(test.appUrl, {
      SLUICE_TEST_KILL: `${point}:${times}`,
      SLUICE_TEST_KILL_FILE: reached,
    });
    workers.push(armed);
    expect(await armed.ended, armed.output()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(existsSync(reached) && readFileSync(reached, 'utf8')).toBe(`${point}\n`);
    const before = (await test.database.stores.replayBatches.counts(replay.id)).replayed;
    workers.push(startWorker(test.appUrl));
    if (before < records) await settledAfter(replay, before);
    const ended = await end(replay);
    expect(ended.stateReason).toBeNull();
    expect(ended.state).toBe('verified');
    expect(await readDestination(replay)).toEqual(Array.from({ length: records }, (_, n) => n));
    expect(await test.database.stores.replayBatches.counts(replay.id)).toEqual({
      replayed: records,
      skipped: 0,
      diverted: 0,
      failed: 0,
      unknown: 0,
    });
    expect(ended.run?.readBack).toMatchObject({ checked: records, equal: records, orderHeld: true });
  });

  it('leaves an audit chain that verifies', async () => {
    expect(await verifyChain(test.database.stores.audit)).toMatchObject({ ok: true });
  });
});
