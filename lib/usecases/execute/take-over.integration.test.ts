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

it('a letter that was in the index before anything was sent is no return, although its last hop has the place where a record landed', async () => {
  const replay = await bench.prepare({ records: 10, canary: 10 });
  await bench.consume(replay);
  const { clusterId } = await replay.cluster.admin.describeCluster();
  const letterAt = (offset: number) =>
    bench.sql(
      `INSERT INTO dead_letter (cluster_id, topic_id, partition, "offset", at, content_hash, convention, origin_provenance,
         hop_topic, hop_partition, hop_offset, fingerprint, verdict, lineage_root, pointer)
       VALUES ($1, $2, 0, $4, now(), 'x', 'none', 'test', $3, 0, 0, 'f', 'transient', 'root', false)`,
      [clusterId, replay.id, replay.destination, offset],
    );
  // Of a topic of the destination's name that is gone.
  await letterAt(0);
  await bench.sql('UPDATE index_cursor SET next_offset = 1, last_stable = 1 WHERE topic_id = $1', [
    replay.id,
  ]);
  expect(await bench.run(replay)).toMatchObject({ state: 'verified' });
  const { replayReturns } = bench.database.stores;
  await letterAt(1);
  expect(await replayReturns.find(replay.id, replay.destination)).toMatchObject([{ offset: 1n }]);
  // A shard that begins later would count what came back meanwhile as there before.
  await bench.sql('UPDATE index_cursor SET next_offset = 2, last_stable = 2 WHERE topic_id = $1', [
    replay.id,
  ]);
  await replayReturns.noteIndexStart(replay.id, clusterId);
  expect(await replayReturns.find(replay.id, replay.destination)).toHaveLength(1);
});
