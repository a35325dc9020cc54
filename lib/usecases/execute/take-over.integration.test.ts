import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createExecutionBench, type ExecutionBench, numbersOf, upTo } from '#fixtures/execution.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';
import { cursorGroup, ledgerTopic } from './deps.ts';

let bench: ExecutionBench;
beforeAll(async () => {
  bench = await createExecutionBench();
});
afterEach(() => bench.endTest());
afterAll(() => bench.drop());

it('finds what the cursor says was sent and the database has lost, on a real broker, and goes on when a person says so', async () => {
  const replay = await bench.prepare({ records: 40, canary: 10 });
  await bench.consume(replay);
  await bench.lose(replay, 'after_commit', 2);
  // A standby that had not come so far: neither the intent nor its attempts are there.
  await bench.sql('DELETE FROM replay_batch WHERE replay_id = $1 AND settled_at IS NULL', [replay.id]);
  const held = await bench.run(replay);
  expect(held).toMatchObject({
    state: 'paused',
    stateReason: expect.stringContaining('30 of them were found where they were sent'),
  });
  await bench.sql('UPDATE replay SET state = resumes_to, resumes_to = NULL WHERE id = $1', [replay.id]);
  const ended = await bench.run(replay);
  expect(ended).toMatchObject({ state: 'verified', run: { readBack: { checked: 40, equal: 40 } } });
  expect(numbersOf(await bench.readDestination(replay))).toEqual(upTo(40));
  const letters = await bench.sql(
    'SELECT disposition, count(*)::int AS n FROM dead_letter_disposition WHERE replay_id = $1 GROUP BY 1',
    [replay.id],
  );
  expect(letters.rows).toEqual([{ disposition: 'consumed_past', n: 40 }]);
});

it('sends nothing twice from a cursor that somebody has set back', async () => {
  const replay = await bench.prepare({ records: 40, canary: 10, group: false });
  await bench.lose(replay, 'outcome_written', 1);
  const row = await bench.database.stores.replays.read(replay.id);
  const somebody = await createReplayWriter(testCluster()).open({
    transactionalId: `set-back-${replay.id}`,
    transactionTimeoutMs: 20_000,
    callTimeoutMs: 10_000,
  });
  const metadata = `${row?.digest?.slice(0, 16)}:first`;
  const cursor = { groupId: cursorGroup(replay.id), topic: ledgerTopic, partition: 0, offset: 0n, metadata };
  await somebody.writeBatch({ topic: replay.destination, records: [], cursor });
  await somebody.close();
  const held = await bench.run(replay);
  expect(held).toMatchObject({
    state: 'paused',
    stateReason: expect.stringContaining('stands at 0, and outcomes are stored up to 10'),
  });
  expect(await bench.readDestination(replay)).toHaveLength(10);
});
