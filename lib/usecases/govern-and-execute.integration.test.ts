import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { approveAndExecute, planEverything } from '#fixtures/governed-execution.ts';
import { testConsumer } from '#fixtures/kafka.ts';
import { type CanonicalValue, canonicalJson } from '#lib/domain/kernel/canonical-json.ts';
import { chunkRoot, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { describeReplay } from './describe-replay.ts';
import { readManifest, readReplayRecords } from './read-replay-records.ts';
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
});
