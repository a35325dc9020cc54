import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { clusterName, flowName, groupId, topicName } from '../kernel/brand.ts';
import { SluiceError } from '../kernel/errors.ts';
import type { Flow } from './flow.ts';
import { defaultPolicy } from './policy.ts';
import { type DestinationRequest, diversionOf, flowOf, resolveDestination } from './resolve.ts';

const flow: Flow = {
  name: flowName('payments'),
  cluster: clusterName('main'),
  owner: {},
  topic: topicName('orders'),
  groups: [{ id: groupId('payments-service'), isolation: null, replaySafe: true }],
  retryTopics: [topicName('orders.retry'), topicName('orders.retry.slow')],
  deadLetters: topicName('orders.dlq'),
  quarantine: null,
  boundary: plainBoundary,
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
  policy: {
    ...defaultPolicy,
    destinations: ['retry', 'origin', 'quarantine', 'topic:elsewhere', 'topic:__consumer_offsets'],
  },
  mask: [],
};
const existing = new Set([
  'orders',
  'orders.dlq',
  'orders.retry',
  'orders.retry.slow',
  'elsewhere',
  'orders.dlq.quarantine',
  '__consumer_offsets',
]);
const resolve = (more: Partial<DestinationRequest>) =>
  resolveDestination({
    cluster: 'main',
    kind: 'retry',
    sourceTopic: 'orders.dlq',
    flow,
    flows: [flow],
    policy: flow.policy,
    exists: (topic) => existing.has(topic),
    ...more,
  });
const codeOf = (more: Partial<DestinationRequest>) => {
  try {
    return resolve(more).topic as string;
  } catch (error) {
    return error instanceof SluiceError ? error.code : error;
  }
};

describe('flowOf', () => {
  it.each([
    ['orders.dlq', 'dead_letters'],
    ['orders.dlq.quarantine', 'quarantine'],
    ['orders', undefined],
  ])('%s is %s', (topic, place) => {
    expect(flowOf([flow], 'main', topic)?.place).toBe(place);
  });
  it('is of its own cluster only', () => {
    expect(flowOf([flow], 'other', 'orders.dlq')).toBeNull();
  });
});

describe('resolveDestination', () => {
  it.each<[string, Partial<DestinationRequest>, string]>([
    ['the first retry topic', {}, 'orders.retry'],
    ['another declared retry topic', { topic: 'orders.retry.slow' }, 'orders.retry.slow'],
    ['a retry topic that is not declared', { topic: 'elsewhere' }, 'destination_not_allowed'],
    ['the origin, every group being safe', { kind: 'origin' }, 'orders'],
    [
      'the origin with a group that is not',
      {
        kind: 'origin',
        flow: {
          ...flow,
          groups: [...flow.groups, { id: groupId('mail'), isolation: null, replaySafe: false }],
        },
      },
      'destination_not_allowed',
    ],
    [
      'the origin without any group',
      { kind: 'origin', flow: { ...flow, groups: [] } },
      'destination_not_allowed',
    ],
    ['an existing quarantine by name', { kind: 'quarantine' }, 'orders.dlq.quarantine'],
    [
      'no quarantine',
      { kind: 'quarantine', exists: (topic) => topic === 'orders.dlq' },
      'destination_not_allowed',
    ],
    ['a topic of the policy', { kind: 'topic', topic: 'elsewhere' }, 'elsewhere'],
    ['a topic that the policy does not name', { kind: 'topic', topic: 'orders' }, 'destination_not_allowed'],
    [
      'an internal topic, even if named',
      { kind: 'topic', topic: '__consumer_offsets' },
      'destination_not_allowed',
    ],
    ['a topic that does not exist', { exists: () => false }, 'destination_not_allowed'],
    ['the source itself', { sourceTopic: 'orders.retry' }, 'destination_not_allowed'],
    [
      'a kind that the policy leaves out',
      { policy: { ...flow.policy, destinations: ['quarantine'] } },
      'destination_not_allowed',
    ],
    ['a retry without a flow', { flow: null, policy: defaultPolicy }, 'no_flow'],
    [
      'a quarantine without a flow',
      { flow: null, policy: defaultPolicy, kind: 'quarantine' },
      'orders.dlq.quarantine',
    ],
  ])('of %s', (_what, more, expected) => {
    expect(codeOf(more)).toBe(expected);
  });

  it('waits for the declared groups, and for nobody in a quarantine', () => {
    expect(resolve({}).targetGroups).toEqual(['payments-service']);
    expect(resolve({ kind: 'quarantine' }).targetGroups).toEqual([]);
    expect(resolve({ kind: 'topic', topic: 'elsewhere' }).targetGroups).toEqual([]);
  });
});

describe('diversionOf', () => {
  const declared = { ...flow, quarantine: topicName('elsewhere') };
  const of = (more: Partial<DestinationRequest>, destination = 'orders.retry') =>
    diversionOf(
      {
        ...{ flow: declared, policy: flow.policy, sourceTopic: 'orders.dlq' },
        exists: (topic) => existing.has(topic),
        ...more,
      },
      {
        kind: destination === 'elsewhere' ? 'topic' : 'retry',
        topic: topicName(destination),
        targetGroups: [],
      },
    );

  it('is the declared quarantine, never one that is only found by its name', () => {
    expect(of({})).toBe('elsewhere');
    expect(of({ flow })).toBeNull();
    expect(of({ flow: null })).toBeNull();
  });

  it.each<[string, Partial<DestinationRequest>, string?]>([
    ['the policy allows none', { policy: { ...flow.policy, destinations: ['retry'] } }],
    ['it is where the records are', { sourceTopic: 'elsewhere' }],
    ['it is the destination', {}, 'elsewhere'],
    ['it does not exist', { exists: () => false }],
  ])('is none where %s', (_why, more, destination) => {
    expect(of(more, destination)).toBeNull();
  });
});
