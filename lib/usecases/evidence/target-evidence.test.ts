import { expect, it } from 'vitest';
import type { GroupOnTopic } from '#lib/store/replay-evidence.ts';
import type { EvidenceContext } from './context.ts';
import { targetGroupEvidence } from './target-evidence.ts';

const now = new Date('2026-11-27T12:00:00.000Z');
const reading: GroupOnTopic['partitions'][number] = {
  ...{ partition: 0, status: 'ok', committed: 7n, lagRecords: 3n },
  ...{ consumeRate: 2, produceRate: 1 },
};
const running: GroupOnTopic = {
  ...{ groupId: 'payments', state: 'Stable', members: 1, assignedMembers: 1, consumeRate: 2, asOf: now },
  partitions: [reading],
};
const evidenceOf = (...groups: Partial<GroupOnTopic>[]) =>
  targetGroupEvidence({
    now,
    replay: { cluster: 'main' },
    destination: {
      ...{ kind: 'retry', topic: 'orders.retry' },
      targetGroups: groups.map(({ groupId }) => groupId ?? 'payments'),
    },
    stores: {
      replayEvidence: { groups: async () => groups.map((more) => ({ ...running, ...more })) },
    },
  } as unknown as EvidenceContext);

it('is good where members, lag and status of each partition are known', async () => {
  expect(await evidenceOf({})).toMatchObject({
    status: 'good',
    sentence: 'payments is running (1 member), 3 behind on orders.retry.',
    value: { state: 'running', groups: [{ state: 'running', lagRecords: 3, slopePerSecond: -1 }] },
  });
});

it.each<[string, Partial<GroupOnTopic>, string]>([
  [
    'lag',
    { partitions: [reading, { ...reading, partition: 1, lagRecords: null }] },
    'On 1 of 2 partitions its lag is not known.',
  ],
  [
    'status',
    { partitions: [{ ...reading, status: 'unknown' }] },
    'On 1 of 1 partition its lag is not known.',
  ],
  [
    'lag, of what it never committed,',
    { partitions: [reading, { ...reading, partition: 1, status: 'never_committed', lagRecords: null }] },
    'It has committed nothing yet on 1 of 2 partitions, so its lag there is not known.',
  ],
  [
    'members',
    { members: null, assignedMembers: null },
    'It could not be described, so its members are not known.',
  ],
  ['readings', { partitions: [] }, 'The collector has no reading of orders.retry for it.'],
])('is not known without its %s', async (_what, more, why) => {
  const evidence = await evidenceOf(more);
  expect(evidence).toMatchObject({
    ...{ status: 'unknown', why, sentence: 'How payments stands on orders.retry is not known.' },
    value: { state: null, groups: [{ state: null }] },
  });
});

it('tells no lag of a topic of which there is no reading', async () => {
  expect(await evidenceOf({ partitions: [] })).toMatchObject({
    value: { groups: [{ lagRecords: null, slopePerSecond: null }] },
  });
});

it('blocks what is known to be stopped, whatever is not known beside it', async () => {
  const partitions = [{ ...reading, lagRecords: null, status: 'unknown' }];
  expect(await evidenceOf({ partitions, members: 0 })).toMatchObject({
    status: 'blocks',
    value: { state: 'stopped', groups: [{ state: 'stopped' }] },
  });
  expect(await evidenceOf({ groupId: 'billing', partitions }, { members: 0 })).toMatchObject({
    status: 'blocks',
    value: { state: 'stopped', groups: [{ state: null }, { state: 'stopped' }] },
  });
});
