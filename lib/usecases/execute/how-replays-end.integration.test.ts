import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createExecutionBench, type ExecutionBench, numbersOf, upTo } from '#fixtures/execution.ts';
import { testCluster, testKafka } from '#fixtures/kafka.ts';
import type { SealedReplay } from '#fixtures/replay.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { clusterName, flowName, topicName } from '#lib/domain/kernel/brand.ts';
import { cursorGroup, transactionalId } from './deps.ts';

const quarantiningFlow = (deadLetters: string, retry: string): Flow => ({
  name: flowName('payments'),
  cluster: clusterName('main'),
  owner: {},
  topic: topicName('orders'),
  groups: [],
  retryTopics: [topicName(retry)],
  deadLetters: topicName(deadLetters),
  quarantine: topicName('kept-aside'),
  boundary: plainBoundary,
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
  policy: { ...defaultPolicy, destinations: ['retry', 'quarantine'] },
  mask: [],
});

describe('how replays end when not everything goes well', () => {
  let bench: ExecutionBench;
  beforeAll(async () => {
    bench = await createExecutionBench();
  });
  afterEach(() => bench.endTest());
  afterAll(() => bench.drop());

  const withAdmin = async <T>(
    work: (admin: ReturnType<ReturnType<typeof testKafka>['admin']>) => Promise<T>,
  ) => {
    const admin = testKafka().admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  };

  it('stops after the first batch when one of it comes back, and asks for fresh approval of the rest', async () => {
    const replay = await bench.prepare({ records: 100, canary: 10, settleMs: 5000 });
    await bench.consume(replay);
    const done = bench.run(replay);
    await comeBack(replay, 'returned');
    const held = await done;
    expect(held?.state).toBe('paused');
    expect(held?.resumesTo).toBe('canary');
    expect(held?.stateReason).toContain('came back');
    expect(held?.run?.approvalRound).toBe(1);
    expect((await bench.readDestination(replay)).length).toBe(10);
    const letters = await bench.sql(
      "SELECT disposition FROM dead_letter_disposition WHERE topic_id = 'returned'",
    );
    expect(letters.rows).toEqual([{ disposition: 'came_back' }]);
    // Resumed without the fresh approval, the worker itself refuses.
    await bench.sql("UPDATE replay SET state = 'canary', resumes_to = NULL WHERE id = $1", [replay.id]);
    const again = await bench.run(replay);
    expect(again?.state).toBe('paused');
    expect(again?.stateReason).toContain('approval');
    expect((await bench.readDestination(replay)).length).toBe(10);
  });

  it('drafts a replay into the quarantine for what came back, once, for a person to plan', async () => {
    const replay = await bench.prepare({ records: 20, canary: 10, settleMs: 5000 });
    await bench.consume(replay);
    const done = bench.run(replay);
    await comeBack(replay, replay.id);
    expect((await done)?.state).toBe('paused');
    const drafts = async () => (await bench.database.stores.replays.draftedFor([replay.id])).get(replay.id);
    expect(await drafts()).toEqual([]);

    await bench.sql("UPDATE replay SET state = 'aborted', resumes_to = NULL WHERE id = $1", [replay.id]);
    const flows = [quarantiningFlow(replay.source, replay.destination)];
    await bench.run(replay, { flows });
    await bench.run(replay, { flows });
    const [id = '', ...others] = (await drafts()) ?? [];
    expect(others).toEqual([]);
    expect(await bench.database.stores.replays.read(id)).toMatchObject({
      state: 'draft',
      requester: 'sluice',
      preparedBy: [],
      asked: [],
      reason: `1 record came back from replay ${replay.id}`,
      source: {
        topic: replay.source,
        topicId: replay.id,
        selection: { records: [{ partition: 0, offset: '0' }] },
      },
      destination: { kind: 'quarantine', topic: 'kept-aside' },
      plan: null,
    });
    const lines = await bench.database.stores.audit.list(
      { resource: `replay/${id}` },
      { limit: 5, before: null },
    );
    expect(lines).toMatchObject([
      { action: 'replay.draft', actor: 'sluice', detail: { cameBackFrom: replay.id } },
    ]);
  });

  /** The first record that landed is dead-lettered again, on a topic of the index. */
  async function comeBack(replay: SealedReplay, indexTopicId: string): Promise<void> {
    const first = await firstLanding(replay.id);
    const { clusterId } = await replay.cluster.admin.describeCluster();
    await bench.sql(
      `INSERT INTO dead_letter (cluster_id, topic_id, partition, "offset", at, content_hash, convention, origin_provenance,
         hop_topic, hop_partition, hop_offset, fingerprint, verdict, lineage_root, pointer)
       VALUES ($1, $2, 0, 0, now(), 'x', 'none', 'test', $3, $4, $5, 'f', 'transient', 'root', false)`,
      [clusterId, indexTopicId, replay.destination, first.partition, first.first_offset],
    );
  }

  async function firstLanding(id: string): Promise<{ partition: number; first_offset: string }> {
    for (;;) {
      const found = await bench.sql(
        'SELECT partition, first_offset FROM replay_landing WHERE replay_id = $1',
        [id],
      );
      if (found.rows[0]) return found.rows[0];
    }
  }

  it('skips a source record that retention took, never sending its neighbour instead', async () => {
    const replay = await bench.prepare({ records: 60 });
    await bench.consume(replay);
    await withAdmin(async (admin) => {
      // kafkajs looks the leader up in metadata that only another call fetches.
      await admin.fetchTopicOffsets(replay.source);
      await admin.deleteTopicRecords({ topic: replay.source, partitions: [{ partition: 0, offset: '5' }] });
    });
    const ended = await bench.run(replay);
    expect(ended?.state).toBe('verified');
    expect(await bench.counts(replay)).toMatchObject({ replayed: 55, skipped: 5, unknown: 0 });
    expect((await bench.readDestination(replay)).length).toBe(55);
  });

  it('aborted in the middle: the rest is skipped, each entry has its one outcome', async () => {
    const replay = await bench.prepare({ records: 100, canary: 10 });
    await bench.lose(replay, 'before_outcome', 1);
    await bench.sql("UPDATE replay SET state = 'aborted', finished_at = now() WHERE id = $1", [replay.id]);
    expect(await bench.database.stores.replayBatches.withLooseEnds()).toContainEqual({
      replayId: replay.id,
      shard: 0,
    });
    const ended = await bench.run(replay);
    expect(ended?.state).toBe('aborted');
    expect(ended?.executedAt).not.toBeNull();
    expect(await bench.counts(replay)).toMatchObject({ replayed: 10, skipped: 90, unknown: 0 });
    expect(await bench.database.stores.replayBatches.withLooseEnds()).not.toContain(replay.id);
  });

  it('calls it unknown when the cursor is gone and nothing can be found, and does not send it again', async () => {
    const replay = await bench.prepare({ records: 100, canary: 10 });
    await bench.consume(replay);
    await bench.lose(replay, 'intent_written', 1);
    await withAdmin((admin) => admin.deleteGroups([cursorGroup(replay.id)]));
    const held = await bench.run(replay);
    expect(held?.state).toBe('paused');
    expect(held?.stateReason).toContain('unknown');
    expect(await bench.counts(replay)).toMatchObject({ replayed: 0, unknown: 10 });
    expect(await bench.readDestination(replay)).toEqual([]);
  });

  it('calls a batch unknown that was aborted and whose cursor is gone: the last that stands there is no record', async () => {
    const replay = await bench.prepare({ records: 30, canary: 10, group: false });
    await bench.lose(replay, 'before_commit', 2);
    // What any take-over does first: the open transaction is aborted.
    const fencing = await createReplayWriter(testCluster()).open({
      transactionalId: transactionalId(replay.id, 0),
      transactionTimeoutMs: 20_000,
      callTimeoutMs: 10_000,
    });
    await fencing.close();
    await withAdmin((admin) => admin.deleteGroups([cursorGroup(replay.id)]));
    const held = await bench.run(replay);
    expect(held?.state).toBe('paused');
    expect(held?.stateReason).toContain('unknown');
    expect(await bench.counts(replay)).toMatchObject({ replayed: 10, unknown: 20 });
  });

  it('finds the records of a committed batch again when the cursor is gone', async () => {
    const replay = await bench.prepare({ records: 50, canary: 10 });
    await bench.consume(replay);
    await bench.lose(replay, 'after_commit', 1);
    await withAdmin((admin) => admin.deleteGroups([cursorGroup(replay.id)]));
    // `after_commit` of the first cursor is the first pass: the batch itself was not intended yet.
    const ended = await bench.run(replay);
    expect(ended?.state).toBe('verified');
    expect(numbersOf(await bench.readDestination(replay))).toEqual(upTo(50));
  });

  it('ends an entry as failed whose record is there and cannot be read, and sends the others', async () => {
    const replay = await bench.prepare({ records: 40, canary: 10 });
    await bench.consume(replay);
    const [source] = await replay.cluster.admin.describeTopics([replay.source]);
    // The first of partition 0, as from a disk that has lost its batch; all else is what the broker answers.
    const fetch: ClusterReader['fetch'] = async (request) => {
      const answer = await replay.cluster.reader.fetch(request);
      if (request.topicId !== source?.topicId) return answer;
      const lost = answer.records.filter(({ partition, offset }) => partition === 0 && offset === 0n);
      return {
        ...answer,
        records: answer.records.filter((record) => !lost.includes(record)),
        unreadable: lost.map(({ offset, timestampMs }) => ({
          ...{ firstOffset: offset, lastOffset: offset, timestampMs, reason: 'damaged' },
        })),
      };
    };
    const damaged = { ...replay.cluster, reader: { ...replay.cluster.reader, fetch } };
    const ended = await bench.run(replay, { clusters: new Map([['main', damaged]]) });
    expect(ended?.state).toBe('verified');
    expect(await bench.counts(replay)).toMatchObject({ replayed: 39, failed: 1, skipped: 0 });
    expect(await bench.readDestination(replay)).toHaveLength(39);
    const { rows } = await bench.sql(
      'SELECT partition, "offset"::int, disposition FROM dead_letter_disposition WHERE topic_id = $1',
      [source?.topicId],
    );
    expect(rows).toHaveLength(39);
    // Open again: it is in the topic, whatever is wrong with it.
    expect(rows).not.toContainEqual(expect.objectContaining({ partition: 0, offset: 0 }));
  });

  it('pauses when the destination is recreated', async () => {
    const replay = await bench.prepare({ records: 40, canary: 10 });
    const topicIdNow = async () =>
      (await replay.cluster.admin.describeTopics([replay.destination]))[0]?.topicId;
    const before = await topicIdNow();
    await withAdmin(async (admin) => {
      await admin.deleteTopics({ topics: [replay.destination] });
      await admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic: replay.destination, numPartitions: 3 }],
      });
    });
    // The controller knows of both before the broker tells of either.
    await expect.poll(async () => (await topicIdNow()) ?? before, { timeout: 60_000 }).not.toBe(before);
    const held = await bench.run(replay);
    expect(held?.state).toBe('paused');
    expect(held?.stateReason).toContain('recreated');
  });
});
