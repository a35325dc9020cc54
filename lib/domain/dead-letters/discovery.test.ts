import { describe, expect, it } from 'vitest';
import { clusterName, flowName, topicName } from '../kernel/brand.ts';
import { deadLetterTopics, matchesPattern } from './discovery.ts';

describe('matchesPattern', () => {
  it.each([
    ['*.dlq', 'orders.dlq', true],
    ['*.dlq', 'orders.dlq.old', false],
    ['error.*', 'error.orders.svc', true],
    ['error.*', 'xerror.orders', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'acb', false],
    ['*ab*ab', 'ab', false],
    ['orders.dlq', 'ordersxdlq', false],
    ['dlq.*', 'dlq.', true],
    ['*', 'anything', true],
  ])('%s on %s', (pattern, name, expected) => expect(matchesPattern(pattern, name)).toBe(expected));
});

describe('deadLetterTopics', () => {
  const flow = (deadLetters: string, quarantine: string | null) => ({
    name: flowName('payments'),
    cluster: clusterName('main'),
    deadLetters: topicName(deadLetters),
    quarantine: quarantine === null ? null : topicName(quarantine),
  });
  const existing = (...topics: string[]) =>
    topics.map((topic) => ({ topic, internal: topic.startsWith('__') }));
  const rules = {
    discover: ['*.dlq', '*-dlt'],
    topics: [
      { cluster: 'main', topic: 'legacy.errors', mapping: { message: { header: 'x', as: 'text' as const } } },
    ],
  };

  it('names what the configuration, flows and patterns name, and nothing of Kafka’s or its own', () => {
    const names = existing(
      'orders',
      'a.dlq',
      'b-dlt',
      'legacy.errors',
      'pay.dead',
      'pay.held',
      '__x.dlq',
      'sluice.dlq',
    );
    const undeclared = { kind: 'dead_letter', flow: null, mapping: null };
    const ofFlow = { flow: 'payments', mapping: null, foundBy: [{ by: 'flow', name: 'payments' }] };
    expect(deadLetterTopics('main', names, rules, [flow('pay.dead', 'pay.held')])).toEqual([
      { ...undeclared, topic: 'a.dlq', foundBy: [{ by: 'pattern', name: '*.dlq' }] },
      { ...undeclared, topic: 'b-dlt', foundBy: [{ by: 'pattern', name: '*-dlt' }] },
      {
        ...undeclared,
        ...{ topic: 'legacy.errors', mapping: rules.topics[0]?.mapping },
        foundBy: [{ by: 'config', name: 'legacy.errors' }],
      },
      { ...ofFlow, topic: 'pay.dead', kind: 'dead_letter' },
      { ...ofFlow, topic: 'pay.held', kind: 'quarantine' },
    ]);
  });

  it('finds the quarantine that stands beside a dead-letter topic, and only on the flow’s own cluster', () => {
    const names = existing('pay.dlq', 'pay.dlq.quarantine');
    expect(
      deadLetterTopics('main', names, rules, [flow('pay.dlq', null)]).map((t) => [t.topic, t.kind]),
    ).toEqual([
      ['pay.dlq', 'dead_letter'],
      ['pay.dlq.quarantine', 'quarantine'],
    ]);
    expect(deadLetterTopics('other', names, rules, [flow('pay.dlq', null)])).toMatchObject([
      { topic: 'pay.dlq', kind: 'dead_letter', flow: null, mapping: null },
    ]);
  });

  it('takes up what share groups name, for the flow that declares the group, and says every reason', () => {
    const names = existing('failed', 'a.dlq', 'sluice.failed', 'elsewhere');
    const ofGroups = [
      { groupId: 'workers', topic: 'failed' },
      { groupId: 'others', topic: 'failed' },
      { groupId: 'strangers', topic: 'a.dlq' },
      { groupId: 'strangers', topic: 'sluice.failed' },
      { groupId: 'strangers', topic: 'not-there' },
    ];
    const declared = { ...flow('pay.dead', null), groups: [{ id: 'others' }] };
    expect(deadLetterTopics('main', names, rules, [declared], ofGroups)).toEqual([
      {
        ...{ topic: 'failed', kind: 'dead_letter', flow: 'payments', mapping: null },
        foundBy: [
          { by: 'share_group', name: 'workers' },
          { by: 'share_group', name: 'others' },
        ],
      },
      {
        ...{ topic: 'a.dlq', kind: 'dead_letter', flow: null, mapping: null },
        foundBy: [
          { by: 'share_group', name: 'strangers' },
          { by: 'pattern', name: '*.dlq' },
        ],
      },
    ]);
  });
});
