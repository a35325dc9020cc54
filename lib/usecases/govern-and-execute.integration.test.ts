import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { testCluster, testKafka } from '#fixtures/kafka.ts';
import { readBackWith } from '#lib/broker/kafkajs/read-back.ts';
import { createReplayWriter } from '#lib/broker/platformatic/writer.ts';
import { isFailureHeader } from '#lib/domain/dead-letters/failure-headers.ts';
import { type CanonicalValue, canonicalJson } from '#lib/domain/kernel/canonical-json.ts';
import { chunkRoot, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { approveReplay } from './decide-replay.ts';
import { describeReplay } from './describe-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { type ExecutionDeps, executionLease } from './execute/deps.ts';
import { executeReplay } from './execute/execute-replay.ts';
import { planReplay } from './plan-replay.ts';
import { readManifest, readReplayRecords } from './read-replay-records.ts';
import { reportMarkdown, reportReplay } from './report-replay.ts';
import { startReplay } from './start-replay.ts';
import { submitReplay } from './submit-replay.ts';

const records = 40;
const quick = {
  recordsPerSecond: 10_000,
  canary: { records: 5, settleMs: 200, maxCameBackRatio: 0 },
  ramp: [100],
  verify: { waitMs: 60_000, settleMs: 200 },
};

describe('a replay from draft to verified', () => {
  let test: TestDatabase;
  let g: Governed;
  const consumer = () => testKafka().consumer({ groupId: g.flow.groups[0]?.id ?? '' });
  let target: ReturnType<typeof consumer>;

  beforeAll(async () => {
    test = await createTestDatabase();
    g = await governedFlow(test.database, { policy: quick });
    await g.produce(records);
    target = consumer();
    await target.connect();
    await target.subscribe({ topics: [g.topics.retry], fromBeginning: true });
    await target.run({ autoCommitInterval: 100, eachMessage: async () => undefined });
  });
  afterAll(async () => {
    await target.disconnect();
    await g.close();
    await test.drop();
  });

  const execution = (): ExecutionDeps => ({
    database: test.database,
    clusters: g.deps.clusters,
    writers: new Map([['main', createReplayWriter(testCluster())]]),
    readBacks: new Map([['main', readBackWith(testCluster())]]),
    policyHash: () => g.deps.config.policyHash,
    flows: g.deps.config.flows,
    readTarget: async () => ({ state: 'running', lagRecords: 0n, asOf: new Date() }),
    isFailureHeader,
    clock: () => new Date(),
    timings: { leaseMs: 30_000, transactionTimeoutMs: 20_000, callTimeoutMs: 10_000, observeMs: 50 },
    reach: () => undefined,
    log: () => undefined,
  });

  /** As if the index read on for as long as the test runs. */
  const indexReadsOn = async () => {
    const { deadLetterIndex } = test.database.stores;
    const cluster = { name: 'main', clusterId: g.clusterId };
    const topic = { topicId: g.dlqTopicId, topic: g.topics.dlq, kind: 'dead_letter' as const, flow: null };
    await deadLetterIndex.noteTopics(
      cluster,
      [{ ...topic, retentionMs: null, cleanupPolicy: null }],
      new Date(),
    );
    const cursors = await deadLetterIndex.cursors(g.clusterId);
    const asOf = new Date(Date.now() + 3_600_000);
    await deadLetterIndex.saveCursors(
      g.clusterId,
      cursors.map((cursor) => ({ ...cursor, asOf })),
    );
  };

  it('is sealed by planning, accepted by the worker, and proven record by record', async () => {
    const ana = g.person('ana');
    const vera = g.person('vera');
    const { id } = await draftReplay(g.deps, ana, g.draftBody());
    await planReplay(g.deps, ana, id);
    const { digest, policyVersion } = await submitReplay(g.deps, ana, id);
    await approveReplay(g.deps, g.person('ben'), id, {
      digest: digest ?? '',
      policyVersion: policyVersion ?? 0,
    });
    await startReplay(g.deps, ana, id);
    await indexReadsOn();
    const lease = await test.database.stores.leases.acquire(executionLease(id, 0), 'worker', 60_000);
    if (!lease) throw new Error('the lease is held');
    await executeReplay(execution(), { replayId: id, shard: 0, lease }, new AbortController().signal);

    const view = await describeReplay(g.deps, vera, id);
    expect(view.stateReason).toBeNull();
    expect(view).toMatchObject({
      state: 'verified',
      terminal: true,
      progress: { records, replayed: records, remaining: 0, consumedPast: records, cameBack: 0 },
    });
    expect(view.steps.map((step) => step.state)).toEqual(['passed', 'passed', 'passed']);
    expect(view.actions.every((action) => !action.allowed && action.reason)).toBe(true);

    const rows = await readReplayRecords(g.deps, vera, id, { from: 0, limit: 100 });
    expect(rows.map((row) => row.ordinal)).toEqual(Array.from({ length: records }, (_, n) => n));
    expect(rows.every((row) => row.outcome === 'replayed' && row.verification === 'consumed_past')).toBe(
      true,
    );
    expect(await readReplayRecords(g.deps, vera, id, { from: 0, limit: 100, outcome: 'failed' })).toEqual([]);

    const bytes = await new Response(await readManifest(g.deps, vera, id)).text();
    expect(manifestRoot([{ root: chunkRoot(bytes) }])).toBe(view.manifest?.root);

    const report = await reportReplay(g.deps, vera, id);
    expect(report.readBack).toMatchObject({ checked: records, equal: records, orderHeld: true });
    const canonical = canonicalJson(report.seal as unknown as CanonicalValue);
    expect(createHash('sha256').update(canonical).digest('hex')).toBe(view.digest);
    expect(reportMarkdown(report)).toContain(`# Replay ${id}: verified`);
  });
});
