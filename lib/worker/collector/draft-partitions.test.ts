import { describe, expect, it } from 'vitest';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { CommittedOffset, GroupDescription, GroupMember } from '#lib/broker/port/groups.ts';
import { draftPartitions } from './draft-partitions.ts';
import { emptyMemory } from './memory.ts';
import type { ClusterPoll } from './poll-cluster.ts';

const member = (more: Partial<GroupMember> = {}): GroupMember => ({
  memberId: 'm1',
  clientId: 'c1',
  host: '10.0.0.1',
  instanceId: null,
  rackId: null,
  epoch: null,
  tasks: null,
  assignment: [{ topic: 'orders', partitions: [0] }],
  subscribed: ['orders'],
  ...more,
});

function draft(of: {
  members?: GroupMember[] | BrokerFailure;
  committed?: [string, number, bigint | null][] | BrokerFailure;
  topics?: string[];
}) {
  const { members = [], committed = [], topics = ['orders', 'old'] } = of;
  const description: GroupDescription | BrokerFailure =
    members instanceof Error
      ? members
      : {
          groupId: 'g',
          type: 'classic',
          state: 'Stable',
          epoch: null,
          assignmentEpoch: null,
          assignor: null,
          internalTopics: [],
          members,
        };
  const offsets: CommittedOffset[] | BrokerFailure =
    committed instanceof Error
      ? committed
      : committed.map(([topic, partition, offset]) => ({ topic, partition, offset, metadata: null }));
  const ends = { logStart: 0n, lastStable: 10n, highWatermark: 10n, failure: null };
  const listing = { groupId: 'g', type: 'classic', state: 'Stable', protocolType: 'consumer' } as const;
  const poll: ClusterPoll = {
    atMs: 1_000,
    answeredMs: 1_001,
    cluster: { clusterId: 'x', controller: 1, brokers: [] },
    topics: new Map(
      topics.map((topic) => [
        topic,
        {
          topic,
          topicId: `id-${topic}`,
          internal: false,
          partitions: [0, 1].map((partition) => ({
            partition,
            leader: 1,
            replicas: [1],
            inSyncReplicas: [1],
          })),
        },
      ]),
    ),
    groups: [listing],
    descriptions: new Map([['g', description]]),
    committed: new Map([['g', offsets]]),
    shareOffsets: new Map(),
    ends: new Map(topics.map((topic) => [topic, [ends, ends]])),
  };
  return draftPartitions(listing, poll, emptyMemory(), 30_000);
}

describe('draftPartitions', () => {
  it('takes what is committed and what is assigned, each once', () => {
    const drafts = draft({
      members: [member()],
      committed: [
        ['orders', 0, 4n],
        ['orders', 1, null],
      ],
    });
    expect(
      drafts.map((each) => [each.topic, each.partition, each.poll.committed, each.poll.assigned]),
    ).toEqual([
      ['orders', 0, 4n, true],
      ['orders', 1, null, false],
    ]);
    expect(draft({ members: [member()] })).toMatchObject([
      { poll: { committed: null }, committedKnown: true },
    ]);
  });

  it.each<[string, Parameters<typeof draft>[0], boolean | null]>([
    ['its topic is gone', { committed: [['old', 0, 4n]], topics: ['orders'] }, true],
    ['its topic has fewer partitions now', { committed: [['old', 7, 4n]] }, true],
    ['no member of a live group subscribes it', { members: [member()], committed: [['old', 0, 4n]] }, true],
    [
      'a member subscribes it',
      { members: [member({ subscribed: ['old'], assignment: [] })], committed: [['old', 0, 4n]] },
      false,
    ],
    ['the group has no members', { committed: [['old', 0, 4n]] }, false],
    [
      'a subscription is not known',
      { members: [member({ subscribed: null })], committed: [['old', 0, 4n]] },
      null,
    ],
    [
      'the group could not be described',
      { members: new BrokerFailure('rejected', 'no'), committed: [['old', 0, 4n]] },
      null,
    ],
  ])('orphaned or not: %s', (_name, of, orphaned) => {
    expect(draft(of).find((each) => each.topic === 'old')?.orphaned).toBe(orphaned);
  });

  it('offsets that could not be read are not "never committed"', () => {
    const [only] = draft({ members: [member()], committed: new BrokerFailure('not_authorized', 'no') });
    expect(only).toMatchObject({ committedKnown: false, failure: 'no' });
  });
});
