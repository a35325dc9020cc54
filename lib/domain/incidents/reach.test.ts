import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import { incident } from '#fixtures/incident.ts';
import type { Flow } from '../flows/flow.ts';
import { defaultPolicy } from '../flows/policy.ts';
import { clusterName, flowName, groupId, topicName } from '../kernel/brand.ts';
import { atTime, type IncidentAbout } from './about.ts';
import { thingOfAlert } from './alert-thing.ts';
import { concernsAlert, reachOf } from './reach.ts';

const payments: Flow = {
  name: flowName('payments'),
  cluster: clusterName('main'),
  owner: {},
  topic: topicName('orders'),
  groups: [{ id: groupId('payments-service'), isolation: null, replaySafe: false }],
  retryTopics: [],
  deadLetters: topicName('orders.dlq'),
  quarantine: topicName('orders.quarantine'),
  boundary: plainBoundary,
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
  policy: defaultPolicy,
  mask: [],
};
const about = (thing: IncidentAbout['thing'], flow: string | null): IncidentAbout => ({
  ...{ thing, name: 'x', cluster: 'main', flow, scope: 'flow', href: '/' },
});

describe('thingOfAlert', () => {
  it.each([
    ['group_stuck:main/a/b', { kind: 'group', cluster: 'main', group: 'a/b' }],
    ['expiry_soon:main/orders.dlq', { kind: 'topic', cluster: 'main', topic: 'orders.dlq' }],
    ['slo_burn:main/payments', { kind: 'flow', flow: 'payments' }],
    ['declaration_wrong:main/payments/topic_absent', { kind: 'flow', flow: 'payments' }],
    ['approval_wanted:r-1/9f2c', { kind: 'replay', replay: 'r-1' }],
    ['review_wanted:r-1', { kind: 'replay', replay: 'r-1' }],
    ['cluster_degraded:cluster/main/under_min_isr', { kind: 'cluster', cluster: 'main' }],
    ['group_stuck:main', null],
    ['constructor:main/x', null],
    ['nonsense', null],
  ])('%s', (key, thing) => expect(thingOfAlert(key)).toEqual(thing));
});

describe('reachOf', () => {
  it('takes in the groups and topics of the flow of whatever is named', () => {
    const reach = reachOf(
      [about({ kind: 'topic', cluster: 'main', topic: 'orders.dlq' }, 'payments')],
      [payments],
    );
    expect(reach.groups).toEqual([{ cluster: 'main', groupId: 'payments-service', flow: 'payments' }]);
    expect(reach.topics.map(({ topic }) => topic)).toEqual(['orders.dlq', 'orders.quarantine']);
  });

  it('of what belongs to no flow takes only that, and of an alert what it is about', () => {
    const reach = reachOf([about({ kind: 'alert', key: 'group_stuck:main/audit' }, null)], [payments]);
    expect(reach.groups).toEqual([{ cluster: 'main', groupId: 'audit', flow: null }]);
    expect([reach.topics, reach.flows]).toEqual([[], []]);
  });

  it('tells its alerts from those of others', () => {
    const reach = reachOf(incident.about, [payments]);
    const alert = (key: string, flow: string | null, more = {}) =>
      concernsAlert(reach, { key, cluster: 'main', flow, scope: 'flow', ...more });
    expect(alert('slo_burn:main/payments', 'payments')).toBe(true);
    expect(alert('slo_burn:main/fraud', 'fraud')).toBe(false);
    expect(alert('cluster_degraded:cluster/main', null, { scope: 'cluster' })).toBe(true);
    expect(alert('cluster_degraded:cluster/b', null, { scope: 'cluster', cluster: 'b' })).toBe(false);
    expect(alert('expiry_soon:main/orders.dlq', null)).toBe(true);
    expect(alert('group_stuck:main/other', null)).toBe(false);
  });
});

it('atTime keeps what an address has and adds the span', () => {
  const span = { from: '2026-05-04T02:00:00.000Z', to: '2026-05-04T03:00:00.000Z' };
  expect(atTime('/dead-letters/main/t?fingerprint=f%261', span)).toBe(
    '/dead-letters/main/t?fingerprint=f%261&from=2026-05-04T02%3A00%3A00.000Z&to=2026-05-04T03%3A00%3A00.000Z',
  );
});
