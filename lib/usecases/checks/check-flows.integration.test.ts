import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeLagFor } from '#fixtures/alerts.ts';
import { seeExample } from '#fixtures/check-examples.ts';
import { commitOffsets } from '#fixtures/commit-offsets.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { partitionReading, storedGroup } from '#fixtures/lag.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { CheckCode } from '#lib/domain/checks/check.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowName, groupId, topicName } from '#lib/domain/kernel/brand.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { describeFlow } from '../describe-flows.ts';
import { draftReplay } from '../draft-replay.ts';
import { evidenceOfNow } from '../plan/evidence-of-now.ts';
import { readSituation } from '../plan/situation.ts';
import { planReplay } from '../plan-replay.ts';
import { withdrawReplay } from '../steer-replay.ts';
import { checkAgainstCluster } from './check-against-cluster.ts';
import { checkFlows } from './check-flows.ts';
import { createFlowLooks } from './flow-looks.ts';
import { listFlowChecks } from './list-flow-checks.ts';

const configResourceTopic = 2;

describe('a declaration held against what runs', () => {
  let test: TestDatabase;
  let g: Governed;
  let folder: string;
  let good: Flow;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-checks-'));
    await writeFile(
      path.join(folder, 'order.json'),
      JSON.stringify({ type: 'object', required: ['orderId'] }),
    );
    await writeFile(
      path.join(folder, 'strict.json'),
      JSON.stringify({ type: 'object', required: ['total'] }),
    );
    test = await createTestDatabase();
    g = await governedFlow(test.database);
    await g.produce(12);
    const { boundary } = g.flow;
    good = {
      ...g.flow,
      boundary: {
        ...boundary,
        contract: { jsonSchemaFile: 'order.json' },
        ordering: { key: 'orderId', required: true },
        state: 'transactional',
      },
      objectives: { ...g.flow.objectives, timeLagMs: 30_000 },
    };
  });
  afterAll(async () => {
    await g.close();
    await test.drop();
    await rm(folder, { recursive: true });
  });

  const depsOf = (flows: readonly Flow[]) => ({
    ...{ cluster: g.cluster, database: test.database, registry: null, payloads: g.deps.payloads },
    config: { ...g.deps.config, flows, file: path.join(folder, 'sluice.yaml') },
    clock: g.deps.clock,
  });
  /** What a look finds of this flow, as the API tells it: codes by what became of them. */
  const look = async (flow: Flow) => {
    const deps = depsOf([flow]);
    await checkFlows(deps, new Map());
    const { findings, current } = await listFlowChecks(deps, g.person('vera'), flow.name);
    expect(current).toBe(true);
    const of = (state: string) =>
      new Set<CheckCode>(findings.filter((each) => each.state === state).map(({ code }) => code));
    return { findings, passing: of('passes'), failing: of('fails'), unknown: of('unknown') };
  };

  /** Settings of a topic; the controller has them a moment before the broker tells them. */
  const configure = async (topic: string, entries: Readonly<Record<string, string>>) => {
    await withTestAdmin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: configResourceTopic,
            name: topic,
            configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })),
          },
        ],
      }),
    );
    const told = async () => (await g.cluster.admin.topicConfigs([topic])).get(topic);
    for (const [name, value] of Object.entries(entries))
      await expect.poll(async () => (await told())?.get(name), { timeout: 20_000 }).toBe(value);
  };

  it('agrees where it does', async () => {
    const { findings, failing, unknown } = await look(good);
    // The test broker is one: it can lose what it acknowledged. Its dead letters have other partitions.
    expect(failing).toEqual(new Set(['acknowledged_can_be_lost', 'partitions_differ']));
    expect(unknown).toEqual(new Set(['objective_too_tight'])); // nothing was measured yet
    const { origin, retry, dlq } = g.topics;
    const [group] = good.groups;
    seeExample(findings, 'topic_absent', 'passes', retry);
    seeExample(findings, 'auto_created_topics', 'passes', 'main');
    seeExample(findings, 'undeclared_reader', 'passes', origin);
    seeExample(findings, 'reads_uncommitted', 'passes', group?.id ?? '');
    seeExample(findings, 'dead_letters_kept_too_short', 'passes', dlq, /for 7 d/);
    seeExample(findings, 'dead_letters_compacted', 'passes', dlq);
    seeExample(findings, 'quarantine_missing', 'passes', good.name);
    seeExample(findings, 'keys_missing', 'passes', dlq, /^All 12 /);
    seeExample(findings, 'partitions_differ', 'passes', retry);
    seeExample(findings, 'effect_without_key', 'passes', 'charges a card');
    seeExample(findings, 'effect_key_not_found', 'passes', 'charges a card', /in all 12 /);
    seeExample(findings, 'contract_broken', 'passes', dlq, /^All 12 /);
    const boundary = { ...good.boundary, effects: [], replay: 'safe' as const };
    const { findings: inside } = await look({ ...good, boundary });
    seeExample(inside, 'safe_with_external_effect', 'passes', good.name);
  });

  it('says what was broken on purpose: declaration, topics, groups, records and contract', async () => {
    const producer = testProducer();
    await producer.connect();
    await producer.send({ topic: g.topics.dlq, messages: [{ key: null, partition: 0, value: '{"n":1}' }] });
    await producer.disconnect();
    await g.produce(1);
    await configure(g.topics.dlq, { 'cleanup.policy': 'compact,delete', 'retention.ms': '3600000' });
    const stranger = storedGroup({
      groupId: 'stranger',
      partitions: [partitionReading({ topic: g.topics.origin, status: 'ok' })],
    });
    await test.database.stores.lag.saveGroups('main', [stranger], g.deps.clock());
    const [group] = good.groups;
    const { failing, findings } = await look({
      ...good,
      groups: [
        { id: groupId('ghost'), isolation: null, replaySafe: false },
        { id: group?.id ?? groupId('none'), isolation: 'read_committed', replaySafe: true },
      ],
      retryTopics: [topicName(`${g.topics.retry}.gone`)],
      quarantine: null,
      boundary: {
        ...good.boundary,
        contract: { jsonSchemaFile: 'strict.json' },
        effects: [
          { what: 'sends a mail', external: true, idempotencyKey: null, probe: null },
          { what: 'charges a card', external: true, idempotencyKey: 'field:/missing', probe: null },
        ],
        replay: 'safe',
      },
    });
    expect(failing).toEqual(
      new Set<CheckCode>([
        'topic_absent',
        'group_absent',
        'safe_with_external_effect',
        'effect_without_key',
        'effect_key_not_found',
        'reads_uncommitted',
        'dead_letters_kept_too_short',
        'dead_letters_compacted',
        'keys_missing',
        'undeclared_reader',
        'partitions_differ',
        'quarantine_missing',
        'contract_broken',
        'acknowledged_can_be_lost',
      ]),
    );
    const { origin, retry, dlq } = g.topics;
    seeExample(findings, 'topic_absent', 'fails', `${retry}.gone`);
    seeExample(findings, 'safe_with_external_effect', 'fails', good.name, /"sends a mail" reaches outside/);
    seeExample(findings, 'effect_without_key', 'fails', 'sends a mail');
    seeExample(findings, 'effect_key_not_found', 'fails', 'charges a card', /missing in 14 of 14/);
    seeExample(findings, 'reads_uncommitted', 'fails', 'ghost');
    seeExample(findings, 'dead_letters_kept_too_short', 'fails', dlq, /for 1 h/);
    seeExample(findings, 'dead_letters_compacted', 'fails', dlq);
    seeExample(findings, 'keys_missing', 'fails', dlq, /^1 of 14 dead letters looked at have no key/);
    seeExample(findings, 'partitions_differ', 'fails', dlq, new RegExp(`2 partitions and ${origin} 3`));
    seeExample(findings, 'quarantine_missing', 'fails', good.name);
    seeExample(findings, 'contract_broken', 'fails', dlq, /^14 of 14 dead letters looked at break/);
    const what = (code: CheckCode) =>
      findings.find((each) => each.code === code && each.state === 'fails')?.what;
    expect(what('undeclared_reader')).toMatch(/^The group stranger reads/);
  });

  it('holds an objective against the lag of the days before', async () => {
    const now = g.deps.clock();
    const late = groupId(`${good.name}-late`);
    await seeLagFor(test.database, good.groups[0]?.id ?? '', 90, 4000, now);
    await seeLagFor(test.database, late, 90, 95_000, now);
    const kept = await look({ ...good, deadLetters: null });
    seeExample(kept.findings, 'objective_too_tight', 'passes', good.name, /up to 4 s in 95 of 100 minutes/);
    const groups = [{ id: late, isolation: 'read_committed' as const, replaySafe: true }];
    const tight = await look({ ...good, groups, deadLetters: null });
    seeExample(
      tight.findings,
      'objective_too_tight',
      'fails',
      good.name,
      /^The objective is 30 s; .* up to 1 min/,
    );
  });

  it('counts what it found beside the flow, and forgets it with another declaration', async () => {
    const view = async (flow: Flow) => {
      const deps = depsOf([flow]);
      return (await describeFlow({ ...deps, config: deps.config }, g.person('vera'), flow.name)).checks;
    };
    await checkFlows(depsOf([good]), new Map());
    const open = await view(good);
    expect(open).toMatchObject({ accepted: 0 });
    const accepting: Flow = {
      ...good,
      accepted: [
        {
          check: 'acknowledged_can_be_lost',
          where: null,
          reason: 'a test broker',
          untilMs: Date.now() + 60_000,
        },
      ],
    };
    expect(await view(accepting)).toBeNull();
    await checkFlows(depsOf([accepting]), new Map());
    const accepted = await view(accepting);
    expect(accepted?.accepted).toBe(4);
    expect(accepted?.risk).toBe((open?.risk ?? 0) - 4);
  });

  it('keeps since when it has been so', async () => {
    const sinceOf = async () =>
      (await look(good)).findings.find(({ code }) => code === 'acknowledged_can_be_lost')?.since;
    const first = await sinceOf();
    g.advance(60_000);
    expect(await sinceOf()).toBe(first);
  });

  it('is asked of Kafka alone, where there is no database', async () => {
    const [checked] = await checkAgainstCluster(g.cluster, [good], null, Date.now());
    const codes = new Set(checked?.findings.map(({ code, state }) => `${code} ${state}`));
    expect(codes).toContain('topic_absent passes');
    expect(codes).toContain('dead_letters_compacted fails');
    expect(codes).toContain('group_absent fails'); // the collector was told of it, the broker was not
    expect([...codes].filter((each) => each.startsWith('contract_broken'))).toEqual([]);
  });

  it('knows from Kafka alone which groups are there, and who else reads the topic', async () => {
    const [group] = good.groups;
    const [id, stranger] = [group?.id ?? '', `${good.name}-stranger`];
    const findings = async () =>
      (await checkAgainstCluster(g.cluster, [good], null, Date.now()))[0]?.findings ?? [];
    const before = await findings();
    seeExample(before, 'group_absent', 'fails', id);
    await commitOffsets(id, g.topics.origin, { 0: 0 });
    await commitOffsets(stranger, g.topics.origin, { 0: 0 });
    const after = await findings();
    seeExample(after, 'group_absent', 'passes', id);
    seeExample(after, 'undeclared_reader', 'fails', stranger);
  });

  it('is told to whoever approves a replay, as it is when it is planned and as it is now', async () => {
    const ana = g.person('ana');
    const declared = { ...good, name: flowName(`${good.name}-planned`), boundary: g.flow.boundary };
    const deps = { ...g.deps, config: { ...g.deps.config, flows: [declared] } };
    const compacted = /does not agree with what runs: .* is compacted/;
    const draft = await draftReplay(deps, ana, g.draftBody({ destination: { kind: 'quarantine' } }));
    const planned = await planReplay(deps, ana, draft.id);
    const agreement = (evidence: readonly Evidence[] | undefined) =>
      evidence?.find(({ name }) => name === 'agreement');
    const now = async () => agreement(await evidenceOfNow(deps, planned, await readSituation(deps, planned)));
    expect(agreement(planned.plan?.evidence)).toMatchObject({ status: 'warns' });
    expect(agreement(planned.plan?.evidence)?.sentence).toMatch(compacted);
    expect((await now())?.sentence).toMatch(compacted);
    await configure(g.topics.dlq, { 'cleanup.policy': 'delete', 'retention.ms': '604800000' });
    expect((await now())?.sentence).not.toMatch(compacted);
    await withdrawReplay(deps, ana, draft.id);
  });

  it('is mostly unknown to them where the broker does not answer', async () => {
    const away = () => Promise.reject(new BrokerFailure('unreachable', 'No broker answers.'));
    const admin = { ...g.cluster.admin, describeTopics: away, createsTopics: away, describeCluster: away };
    const looks = createFlowLooks({
      ...g.deps,
      clusters: new Map([['main', { ...g.cluster, admin }]]),
      registries: new Map(),
    });
    const findings = await looks.now(good);
    const unknown = findings.filter(({ state }) => state === 'unknown');
    expect(unknown.length).toBeGreaterThan(findings.length / 2);
  });

  it('says of a broker that does not answer that nothing is known', async () => {
    const away = () => Promise.reject(new BrokerFailure('unreachable', 'No broker answers.'));
    const cluster = {
      ...g.cluster,
      admin: { ...g.cluster.admin, describeTopics: away, createsTopics: away },
    };
    await checkFlows({ ...depsOf([good]), cluster }, new Map());
    const { findings } = await listFlowChecks(depsOf([good]), g.person('vera'), good.name);
    const topics = findings.filter(({ code }) => code === 'topic_absent' || code === 'auto_created_topics');
    expect(topics.map(({ state, what }) => [state, what])).toEqual(
      Array.from({ length: 5 }, () => ['unknown', 'No broker answers.']),
    );
  });
});
