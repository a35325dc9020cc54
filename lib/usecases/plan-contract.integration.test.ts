import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeExample } from '#fixtures/check-examples.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { startSchemaRegistry, type TestRegistry } from '#fixtures/schema-registry.ts';
import type { Boundary } from '#lib/domain/flows/flow.ts';
import type { PolicyRule } from '#lib/domain/flows/policy.ts';
import { createSchemaRegistry } from '#lib/registry/client.ts';
import { checkAgainstCluster } from './checks/check-against-cluster.ts';
import { describeReplay } from './describe-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';

const boundary: Boundary = {
  ...{ truth: null, ordering: null, state: 'none', time: 'processing', delivery: null, effects: [] },
  ...{ contract: { subject: 'orders-value' }, replay: 'safe' },
};
const schema = (required: string[]) =>
  JSON.stringify({
    ...{ type: 'object', required },
    properties: {
      orderId: { type: 'string' },
      card: { type: 'object', properties: { n: { type: 'integer' } } },
    },
  });
const rule = (when: string, then: PolicyRule['then'], reason: string): PolicyRule => ({ when, then, reason });
const tooMany = rule('evidence.decodable.ratio > 0.3', 'deny', 'too many break it');

describe('planning with a contract in a real registry', () => {
  let test: TestDatabase;
  let registry: TestRegistry;
  const open: Governed[] = [];
  let id = 0;
  beforeAll(async () => {
    [test, registry] = await Promise.all([createTestDatabase(), startSchemaRegistry()]);
    id = await registry.register('orders-value', schema(['orderId']), { schemaType: 'JSON' });
  });
  afterAll(async () => {
    await Promise.all(open.map((each) => each.close()));
    await Promise.all([test?.drop(), registry?.stop()]);
  });

  const governed = async (url: string, mask: string[] = []) => {
    const flow = { boundary, mask };
    const policy = { rules: [tooMany] };
    const schemaRegistry = { url, username: null, password: null };
    const g = await governedFlow(test.database, { flow, policy, schemaRegistry });
    open.push(g);
    return g;
  };
  const framed = (value: object) => {
    const head = Buffer.alloc(5);
    head.writeInt32BE(id, 1);
    return Buffer.concat([head, Buffer.from(JSON.stringify(value))]);
  };
  const planned = async (g: Governed) => {
    const ana = g.person('ana');
    const { id: replay } = await draftReplay(g.deps, ana, g.draftBody());
    await planReplay(g.deps, ana, replay);
    return describeReplay(g.deps, ana, replay);
  };
  const decodable = (replay: Awaited<ReturnType<typeof planned>>) =>
    replay.evidence.find((item) => item.name === 'decodable');

  it('is good when all fit', async () => {
    const g = await governed(registry.url);
    await g.produce(12, { value: (n) => framed({ orderId: `o-${n}` }) });
    const replay = await planned(g);
    expect(decodable(replay)).toMatchObject({
      ...{ status: 'good', denominator: 12, value: { violates: 0, contract: { version: 1 } } },
      sentence: 'All 12 records fit version 1 of orders-value (JSON Schema).',
    });
    expect(replay.state).toBe('planned');
  });

  it('warns of those that do not, says where as far as masks allow, and a rule denies', async () => {
    const g = await governed(registry.url, ['/card/n']);
    const value = (n: number) =>
      n % 2 === 0 ? framed({ orderId: `o-${n}` }) : framed({ orderId: 'x', card: { n: '4111111111111111' } });
    await g.produce(12, { value });
    const replay = await planned(g);
    expect(decodable(replay)).toMatchObject({ status: 'warns', value: { violates: 6, ratio: 0.5 } });
    const { failing } = (decodable(replay)?.value ?? {}) as { failing: object[] };
    expect(failing).toHaveLength(5);
    expect(failing[0]).toMatchObject({ path: '/card/n', found: 'something else, in what is masked' });
    expect(replay.state).toBe('blocked');
    expect(JSON.stringify(replay)).not.toContain('4111');
    const asVera = await describeReplay(g.deps, g.person('vera'), replay.id);
    expect(decodable(asVera)?.value).toMatchObject({ violates: 6, failing: null });
  });

  it('is unknown, and never good, while the registry is away', async () => {
    const g = await governed('http://127.0.0.1:1/apis/ccompat/v7');
    await g.produce(4, { value: (n) => framed({ orderId: `o-${n}` }) });
    const replay = await planned(g);
    expect(decodable(replay)).toMatchObject({
      ...{ status: 'unknown', denominator: 4, value: { notKnown: 4 } },
      why: expect.stringContaining("The schema registry can't be reached"),
    });
    // A rule that can't be answered fires.
    expect(replay.state).toBe('blocked');
  });

  it('is held against what the registry has and holds new versions to', async () => {
    const g = await governed(registry.url);
    await registry.register('guarded-value', schema(['orderId']), { schemaType: 'JSON' });
    await registry.holdTo('guarded-value', 'BACKWARD');
    await registry.holdTo('orders-value', 'NONE');
    const asked = createSchemaRegistry({ url: registry.url, username: null, password: null });
    const findings = async (subject: string) => {
      const flow = { ...g.flow, boundary: { ...boundary, contract: { subject } } };
      return (await checkAgainstCluster(g.cluster, [flow], asked, Date.now()))[0]?.findings ?? [];
    };
    const guarded = await findings('guarded-value');
    seeExample(guarded, 'contract_absent', 'passes', 'guarded-value');
    seeExample(guarded, 'contract_unguarded', 'passes', 'guarded-value', /held to BACKWARD/);
    seeExample(await findings('orders-value'), 'contract_unguarded', 'fails', 'orders-value', /NONE/);
    seeExample(await findings('nobodys-value'), 'contract_absent', 'fails', 'nobodys-value');
  });
});
