import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { createTopics, testPrefix } from '#fixtures/kafka.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { refusal } from '#fixtures/refusal.ts';
import { hashPolicy } from '#lib/config/build.ts';
import type { Boundary, Flow } from '#lib/domain/flows/flow.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { flowName, groupId, topicName } from '#lib/domain/kernel/brand.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { breakGlass } from './break-glass.ts';
import { approveReplay } from './decide-replay.ts';
import { draftReplay } from './draft-replay.ts';
import { checkPolicy } from './execute/check-policy.ts';
import { planReplay } from './plan-replay.ts';
import type { ReplayDeps } from './replay-deps.ts';
import { submitReplay } from './submit-replay.ts';

describe('who receives what a replay sends', () => {
  let test: TestDatabase;
  let g: Governed;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => g.close());
  afterAll(() => test.drop());

  const seal = ({ digest, policyVersion }: Replay) => ({
    digest: digest ?? '',
    policyVersion: policyVersion ?? 0,
  });
  const evidence = (replay: Replay, name: string) => replay.plan?.evidence.find((item) => item.name === name);
  const planned = async (
    deps: ReplayDeps,
    destination: { kind: 'topic' | 'retry' | 'origin'; topic?: string },
  ) => {
    const { id } = await draftReplay(deps, g.person('ana'), g.draftBody({ destination }));
    return planReplay(deps, g.person('ana'), id);
  };

  /** A second flow, whose topic the policy of the first allows as a destination. */
  const withReceiver = async (boundary: Partial<Boundary>) => {
    const prefix = testPrefix();
    const shipments = `${prefix}shipments`;
    await createTopics([{ topic: shipments, partitions: 3 }]);
    g = await governedFlow(test.database, {
      policy: { destinations: [`topic:${shipments}`], breakGlass: { allowed: true } },
      flow: { boundary: plainBoundary },
    });
    await g.produce(6);
    const receiver: Flow = {
      ...g.flow,
      name: flowName(`${prefix}shipping`),
      topic: topicName(shipments),
      groups: [{ id: groupId(`${prefix}shipping`), isolation: 'read_committed', replaySafe: false }],
      ...{ retryTopics: [], deadLetters: null, quarantine: null },
      boundary: { ...plainBoundary, ...boundary },
    };
    const flows = [...g.deps.config.flows, receiver];
    const config = { ...g.deps.config, flows, policyHash: hashPolicy({ flows, defaultPolicy }) };
    return {
      deps: { ...g.deps, config },
      destination: { kind: 'topic', topic: shipments } as const,
      receiver,
    };
  };
  const parcel = { what: 'ships a parcel', external: true, idempotencyKey: null, probe: null };

  it('never means never for the flow that receives, and an effect of it without a key is one, in the web and in the worker', async () => {
    const { deps, destination } = await withReceiver({ replay: 'never', effects: [parcel] });
    const replay = await planned(deps, destination);
    expect(replay.state).toBe('blocked');
    const denied = replay.plan?.policy.rules
      .filter(({ effect }) => effect === 'deny')
      .map(({ reason }) => reason);
    expect(denied).toEqual(
      expect.arrayContaining([
        expect.stringContaining('never replay'),
        expect.stringContaining('"ships a parcel"'),
      ]),
    );
    expect(replay.plan?.breakGlass?.reasons.join()).toContain('"ships a parcel" is an effect outside');
    expect(evidence(replay, 'effectsDone')?.status).not.toBe('good');
    expect(replay.plan?.undo).toMatch(/^Can't be undone: ships a parcel\./);
    const { plan } = replay;
    if (!plan) throw new Error('There is no plan.');
    const worker = { flows: deps.config.flows, defaultPolicy };
    expect(() => checkPolicy(worker, replay, plan)).toThrow(/The policy denies this replay: .*never replay/);
  });

  it('whoever approves it approves for that flow, too', async () => {
    const { deps, destination, receiver } = await withReceiver({});
    const waiting = await submitReplay(deps, g.person('ana'), (await planned(deps, destination)).id);
    const of = (...flows: string[]) => ({
      ...g.person('ben'),
      grants: flows.map((flow) => ({ role: 'approver' as const, cluster: 'main', flow })),
    });
    const approve = (...flows: string[]) =>
      refusal(approveReplay(deps, of(...flows), waiting.id, seal(waiting)));
    expect(await approve(g.flow.name)).toMatch(new RegExp(`^forbidden: .*${receiver.name}`));
    await approveReplay(deps, of(g.flow.name, receiver.name), waiting.id, seal(waiting));
  });

  const anotherReads = (topic: string) => {
    const reading = partitionReading({ topic, committed: 10n, lastStable: 10n, highWatermark: 10n });
    const group = storedGroup({
      ...{ groupId: `${testPrefix()}billing`, state: 'Stable', members: 1, memberList: [] },
      partitions: [{ ...reading, status: 'ok', consumeRate: 1, produceRate: 1 }],
    });
    return test.database.stores.lag.saveGroups('main', [group], g.deps.clock());
  };

  it('a group that nobody declared and that has begun to read voids a plan before it is approved, and lets nobody break the glass', async () => {
    g = await governedFlow(test.database, {
      policy: { destinations: ['retry'], breakGlass: { allowed: true } },
      flow: { boundary: plainBoundary },
    });
    await g.produce(6);
    const glass = await planned(g.deps, { kind: 'retry' });
    expect(glass.plan?.breakGlass).toEqual({ allowed: true, reasons: [] });
    const start = (replay: Replay) =>
      refusal(breakGlass(g.deps, g.person('ana'), replay.id, { ...seal(replay), reason: 'now' }));
    await anotherReads(g.topics.retry);
    expect(await start(glass)).toMatch(/^evidence_worse: .*billing/);
    expect((await test.database.stores.replays.read(glass.id))?.state).toBe('draft');
    const again = await planReplay(g.deps, g.person('ana'), glass.id);
    expect(await start(again)).toMatch(/^plan_blocked: .*only the declared groups/);
  });

  it('the same for a plan that waits for its approval', async () => {
    g = await governedFlow(test.database, {});
    await g.produce(4);
    const waiting = await submitReplay(
      g.deps,
      g.person('ana'),
      (await planned(g.deps, { kind: 'retry' })).id,
    );
    expect(evidence(waiting, 'fanOut')?.status).toBe('good');
    await anotherReads(g.topics.retry);
    expect(await refusal(approveReplay(g.deps, g.person('ben'), waiting.id, seal(waiting)))).toMatch(
      /^evidence_worse: .*billing/,
    );
  });

  it('nothing goes "back" into a topic that it did not come from', async () => {
    const invoices = `${testPrefix()}invoices`;
    await createTopics([{ topic: invoices, partitions: 3 }]);
    g = await governedFlow(test.database, {
      policy: { destinations: ['origin'] },
      flow: { topic: topicName(invoices), boundary: plainBoundary },
    });
    await g.produce(6);
    expect(await refusal(planned(g.deps, { kind: 'origin' }))).toMatch(
      /^nothing_to_replay: .*6 from another topic than the one they would go back to/,
    );
  });

  it('the flow that the file names when it is planned decides who approves', async () => {
    g = await governedFlow(test.database, {});
    await g.produce(4);
    const { id } = await draftReplay(g.deps, g.person('ana'), g.draftBody());
    const now = g.withPolicy({}, { name: flowName('settlement') });
    const replay = await planReplay(now, g.person('ana'), id);
    expect(replay.flow).toBe('settlement');
    const waiting = await submitReplay(now, g.person('ana'), id);
    const of = (name: string, flow: string) => ({
      ...g.person(name),
      grants: [{ role: 'approver' as const, cluster: 'main', flow }],
    });
    expect(await refusal(approveReplay(now, of('ben', g.flow.name), id, seal(waiting)))).toMatch(
      /^forbidden/,
    );
    await approveReplay(now, of('cleo', 'settlement'), id, seal(waiting));
  });
});
