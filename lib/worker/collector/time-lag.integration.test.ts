import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { createTopics, testCluster, testPrefix, testProducer } from '#fixtures/kafka.ts';
import { connectCluster } from '#lib/broker/platformatic/connect.ts';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { runCollector } from './run-collector.ts';

const prefix = testPrefix();
const topic = `${prefix}orders`;
const everyMs = 500;
let test: TestDatabase;
let connection: ClusterConnection;

beforeAll(async () => {
  test = await createTestDatabase();
  connection = connectCluster(testCluster());
  await createTopics([{ topic }]);
});
afterAll(async () => {
  await connection.close();
  await test.drop();
});

/** Between which moments each record was written, by the one who wrote it. */
type Written = { afterMs: number; beforeMs: number };

async function produceUntil(stop: AbortSignal): Promise<Written[]> {
  const written: Written[] = [];
  const producer = testProducer();
  await producer.connect();
  while (!stop.aborted) {
    const afterMs = Date.now();
    await producer.send({ topic, messages: [{ value: `record ${written.length}` }] });
    written.push({ afterMs, beforeMs: Date.now() });
    await sleep(40 + (written.length % 7) * 30);
  }
  await producer.disconnect();
  return written;
}

type Seen = {
  committed: number;
  asOfMs: number;
  lagMs: number;
  errorMs: number | null;
  method: string | null;
};

it('time lag equals what the producer knows, within its own bound, before and after the collector saw the records come', async () => {
  const over = new AbortController();
  const producing = produceUntil(over.signal);
  const groups = ['close', 'far', 'slow'].map((name) => `${prefix}${name}`);
  await sleep(4_000);
  const collecting = runCollector(
    {
      cluster: 'main',
      connection,
      database: test.database,
      flows: [],
      clock: () => new Date(),
      log: () => undefined,
      timings: { everyMs, sampleEveryMs: 1_000, windowMs: 5_000, slowFactsEveryMs: 60_000 },
    },
    { signal: over.signal },
  );
  const seen: Seen[] = [];
  const bounds = () => seen.filter((each) => each.errorMs !== null).length;
  const methods = () => new Set(seen.map((each) => each.method));
  // The first round opens connections and reads every configuration: how many turns that takes is the machine's affair.
  const hangsAt = Date.now() + 120_000;
  const enough = () => seen.length > 60 && bounds() > 20 && methods().size === 2;
  for (let turn = 0; turn < 40 || (!enough() && Date.now() < hangsAt); turn++) {
    // `far` stands on what was there before the collector; the others follow at their own pace.
    const places = [20 + turn * 2, 5, 12 + turn];
    await Promise.all(groups.map((group, at) => commitOffsets(group, topic, { 0: places[at] ?? 0 })));
    await sleep(200);
    for (const group of groups) {
      const snapshot = await test.database.stores.lag.readGroup('main', group);
      const partition = snapshot?.partitions[0];
      if (!snapshot || partition?.lagMs == null || partition.committed === null) continue;
      seen.push({
        committed: Number(partition.committed),
        asOfMs: snapshot.asOf.getTime(),
        lagMs: partition.lagMs,
        errorMs: partition.lagMsError,
        method: partition.lagMsMethod,
      });
    }
  }
  over.abort();
  await collecting;
  const written = await producing;

  expect(methods()).toEqual(new Set(['interpolated', 'record']));
  expect(seen.length).toBeGreaterThan(60);
  const errors = seen.map(({ committed, asOfMs, lagMs, errorMs }) => {
    const next = written[committed];
    const writtenMs = asOfMs - lagMs;
    // No lag says that nothing was unread: the group had caught up, and its next record came later, or never.
    const early = lagMs === 0 ? 0 : (next?.afterMs ?? Number.POSITIVE_INFINITY) - writtenMs;
    const error = Math.max(0, early, writtenMs - (next?.beforeMs ?? Number.POSITIVE_INFINITY));
    return { error, inside: errorMs !== null && error <= errorMs + 1, bounded: errorMs !== null };
  });
  const sorted = errors.map((each) => each.error).sort((a, b) => a - b);
  // An error is told in rounds, which are as far apart as this machine makes them.
  const rounds = [...new Set(seen.map((each) => each.asOfMs))].sort((a, b) => a - b);
  const gaps = rounds.slice(1).map((atMs, at) => atMs - (rounds[at] ?? atMs));
  gaps.sort((a, b) => a - b);
  const [usual = 0, longest = 0] = [gaps[Math.floor(gaps.length / 2)], gaps.at(-1)];
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(4 * Math.max(everyMs, usual));
  expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThanOrEqual(Math.max(8 * everyMs, 2 * longest));
  const bounded = errors.filter((each) => each.bounded);
  // Until the log was seen to grow there is nothing to hold its timestamps against; groups of other tests take turns with these.
  expect(bounded.length).toBeGreaterThan(20);
  const outside = seen.flatMap((each, at) => {
    const { error, inside, bounded: isBounded } = errors[at] ?? { error: 0, inside: true, bounded: false };
    return isBounded && !inside ? [{ ...each, error, ...written[each.committed] }] : [];
  });
  expect(outside.length, JSON.stringify(outside)).toBeLessThanOrEqual(bounded.length / 100);
});
