import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { Flow } from '../flows/flow.ts';
import type { Keeping } from '../flows/keeping.ts';
import { defaultPolicy } from '../flows/policy.ts';
import { clusterName, flowName, groupId, topicName } from '../kernel/brand.ts';
import { type Acceptance, type CheckCode, checkCodes } from './check.ts';
import { checkFlow, flowChecks } from './check-flow.ts';
import { type FlowFacts, known, notKnown, type SampleFacts, type TopicFacts } from './facts.ts';

const hourMs = 3_600_000;
const keeping = (more: Partial<Keeping> = {}): Keeping => ({
  ...{ compacts: false, retentionMs: 7 * 24 * hourMs, retentionBytes: 'none' },
  ...{ minCompactionLagMs: 0, segmentMs: 7 * 24 * hourMs },
  ...more,
});
const topic = (more: Partial<TopicFacts> = {}): TopicFacts => ({
  ...{ partitions: 6, replicas: 3, minInSyncReplicas: 2, keeping: keeping() },
  ...more,
});
const sample = (more: Partial<SampleFacts> = {}): FlowFacts['sample'] =>
  known({
    ...{ records: 50, withoutKey: 0, pointers: 0 },
    effectKeyMissing: new Map([['charges a card', 0]]),
    contract: { checked: 50, broken: 0, example: null },
    ...more,
  });

const charge = { what: 'charges a card', external: true, idempotencyKey: 'field:/orderId', probe: null };
const flow: Flow = {
  name: flowName('payments'),
  cluster: clusterName('main'),
  owner: {},
  topic: topicName('orders'),
  groups: [{ id: groupId('payments-service'), isolation: 'read_committed', replaySafe: true }],
  retryTopics: [topicName('orders.retry')],
  deadLetters: topicName('orders.dlq'),
  quarantine: topicName('orders.quarantine'),
  boundary: {
    ...plainBoundary,
    contract: { subject: 'orders-value' },
    ordering: { key: 'orderId', required: true },
    state: 'transactional',
    effects: [charge],
  },
  objectives: { timeLagMs: 30_000, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
  policy: defaultPolicy,
  mask: [],
};
const topics = {
  orders: topic(),
  'orders.retry': topic(),
  'orders.dlq': topic(),
  'orders.quarantine': topic(),
};
/** Everything agrees here: each case changes one thing. */
const good: FlowFacts = {
  flow,
  topics: known(new Map(Object.entries(topics))),
  groups: known(new Map([['payments-service', { reads: true }]])),
  declaredReaders: new Set(['payments-service']),
  autoCreate: known(false),
  sample: sample(),
  subject: known({ exists: true, compatibility: 'BACKWARD' }),
  usualLag: known({ p95Ms: 4000, minutes: 600 }),
  expiryLeadMs: hourMs,
};

const withTopic = (name: keyof typeof topics, facts: TopicFacts | null): Partial<FlowFacts> => {
  const { [name]: _, ...others } = topics;
  return { topics: known(new Map(Object.entries(facts === null ? others : { ...topics, [name]: facts }))) };
};
const withBoundary = (more: Partial<Flow['boundary']>): Partial<FlowFacts> => ({
  flow: { ...flow, boundary: { ...flow.boundary, ...more } },
});

/** What is broken, where it is found, and words that a person needs to act on it. */
const broken: readonly [CheckCode, Partial<FlowFacts>, string, RegExp][] = [
  ['topic_absent', withTopic('orders.retry', null), 'orders.retry', /retry topic, does not exist/],
  ['auto_created_topics', { autoCreate: known(true) }, 'main', /auto\.create\.topics\.enable/],
  [
    'acknowledged_can_be_lost',
    withTopic('orders', topic({ replicas: 1, minInSyncReplicas: 1 })),
    'orders',
    /one replica/,
  ],
  [
    'acknowledged_can_be_lost',
    withTopic('orders', topic({ minInSyncReplicas: 1 })),
    'orders',
    /3 replicas.*min\.insync\.replicas=1/,
  ],
  ['group_absent', { groups: known(new Map()) }, 'payments-service', /does not exist in main/],
  [
    'undeclared_reader',
    {
      groups: known(
        new Map([...['payments-service', 'audit-tool'].map((id) => [id, { reads: true }] as const)]),
      ),
    },
    'audit-tool',
    /no flow declares it/,
  ],
  [
    'reads_uncommitted',
    { flow: { ...flow, groups: [{ id: groupId('payments-service'), isolation: null, replaySafe: true }] } },
    'payments-service',
    /declares no isolation/,
  ],
  [
    'dead_letters_kept_too_short',
    withTopic('orders.dlq', topic({ keeping: keeping({ retentionMs: hourMs }) })),
    'orders.dlq',
    /for 1 h; 2 h are needed/,
  ],
  [
    'source_kept_too_short',
    {
      sample: sample({ pointers: 3 }),
      ...withTopic('orders', topic({ keeping: keeping({ retentionMs: hourMs }) })),
    },
    'orders',
    /3 of 50 .* point to orders, which keeps its records shorter/,
  ],
  [
    'dead_letters_compacted',
    withTopic('orders.dlq', topic({ keeping: keeping({ compacts: true }) })),
    'orders.dlq',
    /is compacted/,
  ],
  ['quarantine_missing', { flow: { ...flow, quarantine: null } }, 'payments', /declares no quarantine/],
  ['keys_missing', { sample: sample({ withoutKey: 2 }) }, 'orders.dlq', /2 of 50 .* no key/],
  [
    'partitions_differ',
    withTopic('orders.retry', topic({ partitions: 3 })),
    'orders.retry',
    /3 partitions and orders 6/,
  ],
  [
    'effect_without_key',
    withBoundary({ effects: [{ ...charge, idempotencyKey: null }] }),
    'charges a card',
    /no idempotency key/,
  ],
  [
    'effect_key_not_found',
    { sample: sample({ effectKeyMissing: new Map([['charges a card', 4]]) }) },
    'charges a card',
    /missing in 4 of 50/,
  ],
  [
    'safe_with_external_effect',
    withBoundary({ replay: 'safe' }),
    'payments',
    /"charges a card" reaches outside/,
  ],
  [
    'contract_absent',
    { subject: known({ exists: false, compatibility: null }) },
    'orders-value',
    /knows no subject/,
  ],
  [
    'contract_unguarded',
    { subject: known({ exists: true, compatibility: 'NONE' }) },
    'orders-value',
    /compatibility NONE/,
  ],
  [
    'contract_broken',
    { sample: sample({ contract: { checked: 50, broken: 7, example: '/total' } }) },
    'orders.dlq',
    /7 of 50 .* one at \/total/,
  ],
  [
    'objective_too_tight',
    { usualLag: known({ p95Ms: 95_000, minutes: 600 }) },
    'payments',
    /up to 1 min in 95 of 100/,
  ],
];

const ofCode = (facts: FlowFacts, code: CheckCode, accepted: readonly Acceptance[] = []) =>
  checkFlow(facts, accepted, 0).filter((each) => each.code === code);

describe('checks of a flow', () => {
  it('has one rule for each code, each with a broken example here', () => {
    expect(flowChecks.map(({ code }) => code).sort()).toEqual([...checkCodes].sort());
    expect([...new Set(broken.map(([code]) => code))].sort()).toEqual([...checkCodes].sort());
  });

  it('finds nothing where declaration and what runs agree', () =>
    expect(checkFlow(good, [], 0).filter(({ state }) => state !== 'passes')).toEqual([]));

  it.each(broken)('%s: says what, where and what to do', (code, change, where, what) => {
    const found = ofCode({ ...good, ...change }, code).filter(({ state }) => state === 'fails');
    expect(found).toEqual([expect.objectContaining({ where, what: expect.stringMatching(what) })]);
    expect(found[0]?.fix).toMatch(/\w{3,}.*\.$/);
  });

  it('says of what could not be read that it is unknown, never that it is good', () => {
    const why = 'The broker does not answer.';
    const blind: FlowFacts = {
      ...good,
      topics: notKnown(why),
      groups: notKnown(why),
      autoCreate: notKnown(why),
      sample: notKnown(why),
      subject: notKnown(why),
      usualLag: notKnown(why),
    };
    const measured = checkFlow(blind, [], 0).filter(({ state }) => state === 'passes');
    // Of the declaration alone.
    expect(new Set(measured.map(({ code }) => code))).toEqual(
      new Set(['effect_without_key', 'reads_uncommitted', 'quarantine_missing']),
    );
    expect(checkFlow(blind, [], 0).some(({ state }) => state === 'fails')).toBe(false);
  });

  it('does not ask for what a flow does not have', () => {
    const plain: FlowFacts = {
      ...good,
      flow: { ...flow, boundary: plainBoundary, retryTopics: [], deadLetters: null, quarantine: null },
      subject: null,
    };
    expect(new Set(checkFlow(plain, [], 0).map(({ code }) => code))).toEqual(
      new Set<CheckCode>([
        'topic_absent',
        'group_absent',
        'undeclared_reader',
        'acknowledged_can_be_lost',
        'auto_created_topics',
        'objective_too_tight',
      ]),
    );
  });

  it('takes what was accepted with a reason as accepted, until its day, and only there', () => {
    const facts = { ...good, ...withTopic('orders.retry', topic({ partitions: 3 })) };
    const acceptance: Acceptance = {
      check: 'partitions_differ',
      where: 'orders.retry',
      reason: 'moved in March',
      untilMs: 10,
    };
    const at = (nowMs: number, accepted: Acceptance) =>
      checkFlow(facts, [accepted], nowMs).find((each) => each.state === 'fails')?.accepted ?? null;
    expect(at(9, acceptance)).toEqual({ reason: 'moved in March', untilMs: 10 });
    expect(at(10, acceptance)).toBeNull();
    expect(at(9, { ...acceptance, where: 'orders.dlq' })).toBeNull();
    expect(at(9, { ...acceptance, where: null })).not.toBeNull();
  });
});
