import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFlows } from '#fixtures/declared-flows.ts';
import { indexedTopic, someone } from '#fixtures/indexed-letters.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { refusal } from '#fixtures/refusal.ts';
import { createTestRuntime, type TestRuntime } from '#fixtures/web-runtime.ts';
import { hashPolicy } from '#lib/config/build.ts';
import type { Config } from '#lib/config/config.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { currentPolicy } from '../current-policy.ts';
import { readFlowMap } from '../flow-map/read-flow-map.ts';
import { declarationsOf } from '../view/declarations.ts';
import { diffFlowVersions, listFlowVersions } from './flow-versions.ts';
import { readFlowSheet } from './read-flow-sheet.ts';

const dlq = 'orders.v1.payments.dlq';

describe('flows as they are declared and as they run', () => {
  let test: TestRuntime;
  let flows: readonly Flow[];
  const vera = someone('viewer');
  /** As a web process with these flows in its file has it. */
  const depsOf = (declared: readonly Flow[]) => {
    const { runtime } = test;
    const decided = { flows: declared, defaultPolicy: runtime.config.defaultPolicy };
    const config: Config = { ...runtime.config, ...decided, policyHash: hashPolicy(decided) };
    return { ...runtime, config };
  };
  const changed = (more: Partial<Flow>) => [{ ...flows[0], ...more } as Flow, ...flows.slice(1)];
  beforeAll(async () => {
    test = await createTestRuntime();
    flows = await demoFlows();
  });
  afterAll(() => test.drop());

  it('the map knows nothing before anybody has looked, and says why', async () => {
    const map = await readFlowMap(depsOf(flows), vera, {});
    expect([map.flows, map.shown, map.picture.parts]).toEqual([6, 6, 'all']);
    expect(map.edges.map(({ pressure }) => pressure.measure)).toEqual(map.edges.map(() => 'none'));
    expect(map.edges.find(({ kind }) => kind === 'consumes')?.pressure).toEqual({
      ...{ measure: 'none', why: 'The collector has not seen the group payments-service.' },
    });
  });

  it('the map tells on every edge what the collector and the indexer have seen', async () => {
    const { database } = test.runtime;
    const waiting = partitionReading({
      ...{ topic: 'orders.v1', status: 'stopped', lagRecords: 18_204n, unreadSinceMs: Date.now() - 540_000 },
    });
    const again = partitionReading({ topic: 'orders.v1.payments.retry', status: 'ok', lagRecords: 0n });
    await database.stores.lag.saveGroups(
      'main',
      [storedGroup({ partitions: [waiting, { ...waiting, partition: 1, lagRecords: 5n }, again] })],
      new Date(),
    );
    await (await indexedTopic(database, dlq, 'payments')).arrive(3);
    const { edges } = await readFlowMap(depsOf(flows), vera, { flow: 'payments' });
    const of = (kind: string) => edges.find((edge) => edge.kind === kind)?.pressure;
    expect(of('consumes')).toMatchObject({ measure: 'lag', status: 'stopped', lagRecords: '18209' });
    const lagMs = of('consumes')?.measure === 'lag' ? (of('consumes') as { lagMs: number }).lagMs : null;
    expect(lagMs).toBeGreaterThanOrEqual(539_000);
    expect(of('retries')).toMatchObject({ measure: 'lag', status: 'ok', lagRecords: '0' });
    expect(of('dead_letters')).toMatchObject({ measure: 'arrivals', m5: 3, h1: 3, open: 3, caughtUp: true });
    expect(of('quarantines')).toMatchObject({
      measure: 'none',
      why: expect.stringMatching(/is not indexed/),
    });
    expect(of('effect')).toMatchObject({ measure: 'none' });
  });

  it('the map is filtered, and has nothing of flows that may not be read', async () => {
    const deps = depsOf(flows);
    const named = async (filter: Parameters<typeof readFlowMap>[2], who = vera) =>
      (await readFlowMap(deps, who, filter)).boundaries.map(({ flow }) => flow);
    expect(await named({ q: 'WAREHOUSE' })).toEqual(['inventory', 'reservations']);
    expect(await named({ flow: 'fraud' })).toEqual(['fraud']);
    const stranger = { ...vera, grants: [{ role: 'viewer' as const, cluster: '*', flow: 'fraud' }] };
    const map = await readFlowMap(deps, stranger, {});
    expect([map.flows, map.boundaries.map(({ flow }) => flow)]).toEqual([1, ['fraud']]);
    expect(JSON.stringify(map)).not.toContain('payments');
    expect(await refusal(readFlowMap(deps, stranger, { flow: 'payments' }))).toMatch(/^not_found/);
    expect(await refusal(readFlowSheet(deps, stranger, 'payments'))).toMatch(/^not_found/);
  });

  it('the sheet tells what is declared, checked and measured, by the hash of the declaration', async () => {
    const deps = depsOf(flows);
    const [payments] = flows;
    if (!payments) throw new Error('The demo declares no flow.');
    const finding = {
      ...({ code: 'group_absent', severity: 'wrong', state: 'passes', where: 'payments-service' } as const),
      ...{ what: 'The group exists.', why: 'why', fix: null, accepted: null, sinceMs: 0 },
    };
    const { database } = test.runtime;
    const row = { flow: 'payments', hash: flowHash(payments), asOf: new Date(), findings: [finding] };
    await database.transact(({ flowChecks }) => flowChecks.save('main', [row]));
    const sheet = await readFlowSheet(deps, vera, 'payments');
    expect(sheet).toMatchObject({
      hash: flowHash(payments),
      version: null,
      inForce: true,
      team: 'team-payments',
    });
    const texts = sheet.answers.flatMap(({ statements }) =>
      statements.map(({ state, text }) => `${state}: ${text}`),
    );
    expect(texts).toContainEqual(expect.stringMatching(/^fails: payments-service is stopped/));
    expect(texts).toContainEqual(
      expect.stringMatching(/^holds: 3 dead letters open; 3 came in within the last hour/),
    );
    expect(texts).toContainEqual('said: No replay of this flow within 30 days.');
    expect(texts).toContainEqual('holds: One check of this passed.');
    expect(sheet.guarantees.find(({ what }) => what === 'Delivery: at-least-once')?.state).toBe('holds');
  });

  it('keeps every declaration that came into force, and what changed between them', async () => {
    const second = changed({ retryTopics: [] });
    const versions = (declared: readonly Flow[]) =>
      listFlowVersions(depsOf(declared), vera, 'payments', { limit: 10, before: null });
    for (const declared of [flows, second, [...flows]]) await currentPolicy(depsOf(declared));
    // The same file in another process is no new version.
    await currentPolicy(depsOf([...flows]));
    const hashes = [flows, second, flows].map(([flow]) => flow && flowHash(flow)).reverse();
    const listed = await versions(flows);
    expect(listed.map(({ version, hash }) => [version, hash])).toEqual(
      [3, 2, 1].map((n, at) => [n, hashes[at]]),
    );
    expect(listed.map(({ inForce }) => inForce)).toEqual([true, false, false]);
    expect((await listFlowVersions(depsOf(flows), vera, 'fraud', { limit: 10, before: null })).length).toBe(
      1,
    );
    const diff = await diffFlowVersions(depsOf(flows), vera, 'payments', { from: '1', to: '2' });
    expect(diff.changes).toEqual([
      { path: 'retryTopics', before: '["orders.v1.payments.retry"]', after: null },
    ]);
    const back = await diffFlowVersions(depsOf(flows), vera, 'payments', { from: hashes[1] ?? '' });
    expect([back.from.version, back.to.version, back.changes.length]).toEqual([2, 3, 1]);
    expect(await refusal(diffFlowVersions(depsOf(flows), vera, 'payments', { from: '9' }))).toMatch(
      /^not_found/,
    );
  });

  it('shows an earlier declaration as it was, and claims nothing of it', async () => {
    const [second] = changed({ retryTopics: [] });
    if (!second) throw new Error('The demo declares no flow.');
    const sheet = await readFlowSheet(depsOf(flows), vera, 'payments', flowHash(second));
    expect(sheet).toMatchObject({ hash: flowHash(second), version: 2, inForce: false });
    const statements = sheet.answers.flatMap((answer) => answer.statements);
    expect(new Set(statements.map(({ source }) => source))).toEqual(new Set(['declared']));
    expect(statements.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^No retry topic is declared/),
    );
    expect(await refusal(readFlowSheet(depsOf(flows), vera, 'payments', 'f'.repeat(64)))).toMatch(
      /^not_found/,
    );
  });

  it('finds the declaration of a replay by the policy version that its seal names', async () => {
    const { version } = await currentPolicy(depsOf([...flows]));
    const replay = (policyVersion: number | null, flow: string | null) =>
      ({ id: `${policyVersion}${flow}`, cluster: 'main', flow, policyVersion }) as never;
    const asked = [
      replay(version, 'payments'),
      replay(version - 1, 'payments'),
      replay(null, 'payments'),
      replay(version, null),
      replay(version, 'gone'),
    ];
    const [now, before] = [flows[0], changed({ retryTopics: [] })[0]].map((flow) => flow && flowHash(flow));
    expect([...(await declarationsOf(test.runtime, asked)).values()]).toEqual([
      { flow: 'payments', hash: now },
      { flow: 'payments', hash: before },
      ...[null, null, null],
    ]);
  });

  it('lets nobody rewrite what was declared', async () => {
    const app = new pg.Client({ connectionString: test.appUrl });
    await app.connect();
    const tried = ["UPDATE flow_version SET hash = 'x'", 'DELETE FROM flow_version'];
    for (const sql of tried) await expect(app.query(sql)).rejects.toThrow(/permission denied/);
    await app.end();
  });
});
