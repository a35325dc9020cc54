import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertConfig, seeGroup } from '#fixtures/alerts.ts';
import { plainBoundary } from '#fixtures/boundary.ts';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { indexedTopic, someone } from '#fixtures/indexed-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { defaultPolicy } from '#lib/domain/flows/policy.ts';
import { clusterName, fingerprint, flowName, groupId, topicName } from '#lib/domain/kernel/brand.ts';
import { readGoLink } from '#lib/domain/links/go.ts';
import { resolveLink } from './resolve-link.ts';

let test: TestDatabase;
const flow = {
  ...{ name: flowName('payments'), cluster: clusterName('main'), owner: {}, topic: topicName('orders') },
  groups: [{ id: groupId('payments-service'), isolation: null, replaySafe: false }],
  ...{ retryTopics: [topicName('orders.retry')], deadLetters: topicName('orders.dlq'), quarantine: null },
  ...{ boundary: plainBoundary, policy: defaultPolicy, mask: [] },
  objectives: { timeLagMs: null, deadLettersPerHour: null, stalledAfterMs: 30_000, expiryLeadMs: null },
};
const plain = alertConfig([], [flow]);
const config = {
  ...plain,
  clusters: [...plain.clusters, ...plain.clusters.map((each) => ({ ...each, name: 'other' }))],
};

beforeAll(async () => {
  test = await createTestDatabase();
  await seeGroup(test.database, 'audit', 'ok', new Date());
  const topic = await indexedTopic(test.database, 'orders.dlq', 'payments');
  await topic.arrive(1, { fingerprint: fingerprint('f-down') });
  const more = await indexedTopic(test.database, 'parcels.dlq');
  await more.arrive(1, { fingerprint: fingerprint('f-down') });
  await more.arrive(1, { fingerprint: fingerprint('f-late') });
});
afterAll(() => test.drop());

const vera = someone('viewer', 'vera');
const go = (search: Record<string, string>, as: Principal = vera) =>
  resolveLink({ database: test.database, config }, as, readGoLink(search).link);

describe('resolveLink', () => {
  it.each([
    [{}, '/'],
    [{ cluster: 'main' }, '/lag?cluster=main'],
    [{ group: 'audit' }, '/lag/main/audit'],
    [{ cluster: 'main', group: 'payments-service' }, '/lag/main/payments-service'],
    [{ topic: 'orders.dlq' }, '/dead-letters/main/orders.dlq'],
    [{ topic: 'orders.dlq', partition: '3' }, '/dead-letters/main/orders.dlq?filter=partition%20%3D%3D%203'],
    [{ cluster: 'main', group: 'audit', topic: 'orders' }, '/lag/main/audit'],
    [{ topic: 'orders.retry' }, '/flows/payments'],
    [{ flow: 'payments' }, '/flows/payments'],
    [{ failure: 'f-late' }, '/dead-letters/main/parcels.dlq?fingerprint=f-late'],
    [{ flow: 'payments', failure: 'f-down' }, '/dead-letters/main/orders.dlq?fingerprint=f-down'],
    [
      { group: 'audit', from: '2026-05-04T02:00:00Z', to: '1777863600000' },
      '/lag/main/audit?from=2026-05-04T02%3A00%3A00.000Z&to=2026-05-04T03%3A00%3A00.000Z',
    ],
  ])('%j leads to %s', async (search, href) => {
    expect(await go(search)).toEqual({ kind: 'page', href });
  });

  it('of a failure group that is in several topics asks which', async () => {
    const target = await go({ failure: 'f-down' });
    expect(target).toMatchObject({ kind: 'ambiguous', what: 'the failure group f-down' });
    expect(target.kind === 'ambiguous' && target.choices.map(({ name }) => name).sort()).toEqual([
      'orders.dlq in main',
      'parcels.dlq in main',
    ]);
  });

  it.each([
    { replay: 'r-none' },
    { incident: 'i-none' },
    { group: 'nobody' },
    { flow: 'none' },
    { topic: 'none' },
    { cluster: 'none' },
    { cluster: 'other', group: 'audit' },
    { failure: 'none' },
    { replay: '//evil.invalid/../x' },
  ])('says that %j is not there', async (search) => {
    expect(await go(search)).toMatchObject({ kind: 'missing' });
  });

  it('does not tell what somebody may not read from what is not there', async () => {
    const eve: Principal = { ...vera, grants: [{ role: 'viewer', cluster: 'main', flow: 'fraud' }] };
    for (const search of [
      { topic: 'orders.dlq' },
      { flow: 'payments' },
      { group: 'audit' },
      { failure: 'f-late' },
    ])
      expect(await go(search, eve)).toMatchObject({ kind: 'missing' });
  });

  it.each(['//evil.invalid', 'https://evil.invalid', '/\\evil.invalid', '\u0000', '..'])(
    'never leads away from the console: %j',
    async (hostile) => {
      for (const name of ['cluster', 'group', 'topic', 'flow', 'failure', 'replay', 'incident']) {
        const target = await go({ [name]: hostile.replace('\u0000', '%00') });
        expect(target.kind).toBe('missing');
      }
    },
  );
});
