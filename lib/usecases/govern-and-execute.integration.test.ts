import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { approveAndExecute, planEverything } from '#fixtures/governed-execution.ts';
import { testConsumer } from '#fixtures/kafka.ts';
import { type CanonicalValue, canonicalJson } from '#lib/domain/kernel/canonical-json.ts';
import { chunkRoot, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { describeReplay } from './describe-replay.ts';
import { readManifest } from './read-manifest.ts';
import { readReplayRecords } from './read-replay-records.ts';
import { reportMarkdown, reportReplay } from './report-replay.ts';

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
  const consumer = () => testConsumer(g.flow.groups[0]?.id ?? '');
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

  it('is sealed by planning, accepted by the worker, and proven record by record', async () => {
    const vera = g.person('vera');
    const { id } = await planEverything(g);
    await approveAndExecute(g, id);

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

  it.each([
    ['verifying', 'waiting'],
    ['aborted', 'indeterminate'],
  ] as const)('while it is %s claims no record of which the settle time is not over', async (state, rest) => {
    const vera = g.person('vera');
    const { stores } = test.database;
    const [ended] = await stores.replays.list(
      { topic: g.topics.dlq, within: [[{ cluster: '*', flow: '*' }]] },
      { limit: 1 },
    );
    if (!ended) throw new Error('no replay');
    // The target has committed past all of it; only of the first batch the settle time has gone by without a return.
    await stores.replays.update(ended.id, ended.revision, { state }, new Date());
    const first = quick.canary.records;
    const rows = await readReplayRecords(g.deps, vera, ended.id, { from: 0, limit: 100 });
    expect(rows.map((row) => row.verification)).toEqual([
      ...Array(first).fill('consumed_past'),
      ...Array(records - first).fill(rest),
    ]);
    const report = await reportReplay(g.deps, vera, ended.id);
    expect(report.replay.progress).toMatchObject({ replayed: records, consumedPast: first, cameBack: 0 });
    expect(reportMarkdown(report)).toContain(`| consumedPast | ${first} |`);
  });
});
