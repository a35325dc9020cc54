import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { CommittedOffset, GroupDescription, GroupMember } from '#lib/broker/port/groups.ts';
import { noRetention } from '#lib/domain/lag/expiry.ts';
import { emptyMemory } from './memory.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import { readPartitions } from './read-partitions.ts';

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

function read(
  of: {
    members?: GroupMember[] | BrokerFailure;
    committed?: [string, number, bigint | null][] | BrokerFailure;
    topics?: string[];
    end?: bigint;
    atMs?: number;
  },
  memory = emptyMemory(),
) {
  const { members = [], committed = [], topics = ['orders', 'old'], end = 10n, atMs = 1_000 } = of;
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
  const ends = { logStart: 0n, lastStable: end, highWatermark: end, failure: null };
  const listing = { groupId: 'g', type: 'classic', state: 'Stable', protocolType: 'consumer' } as const;
  const poll: ClusterPoll = {
    atMs,
    answeredMs: atMs + 1,
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
  const settings = {
    windowMs: 30_000,
    stalledAfterMs: 30_000,
    retentionOf: () => noRetention,
    sizeOf: () => null,
  };
  return readPartitions(listing, poll, memory, settings);
}

describe('readPartitions', () => {
  it('takes what is committed and what is assigned, each once', () => {
    const reads = read({
      members: [member()],
      committed: [
        ['orders', 0, 4n],
        ['orders', 1, null],
      ],
    });
    expect(
      reads.map(({ reading }) => [reading.topic, reading.partition, reading.committed, reading.member]),
    ).toEqual([
      ['orders', 0, 4n, 'm1'],
      ['orders', 1, null, null],
    ]);
    expect(read({ members: [member()] })).toMatchObject([
      { reading: { committed: null, status: 'never_committed' } },
    ]);
  });

  it.each<[string, Parameters<typeof read>[0], boolean | null]>([
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
    expect(read(of).find((each) => each.reading.topic === 'old')?.orphaned).toBe(orphaned);
  });

  it('offsets that could not be read are not "never committed"', () => {
    const [only] = read({ members: [member()], committed: new BrokerFailure('not_authorized', 'no') });
    expect(only).toMatchObject({ reading: { committed: null, status: 'unknown', lagRecords: null } });
  });

  it('a partition on which nothing moves is taken as it was, and that is what reading it anew would say', () => {
    const step = fc.record({
      committed: fc.option(fc.bigInt({ min: 0n, max: 6n }), { freq: 20 }),
      times: fc.integer({ min: 1, max: 40 }),
      assigned: fc.boolean(),
    });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        const [kept, anew] = [emptyMemory(), emptyMemory()];
        let atMs = 0;
        let before: unknown = null;
        for (const { committed, times, assigned } of steps)
          for (let n = 0; n < times; n++) {
            atMs += 2_000;
            const of = {
              members: assigned ? [member()] : [],
              committed: [['orders', 0, committed]] as [string, number, bigint | null][],
              end: 5n,
              atMs,
            };
            for (const { moving, still } of anew.windows.get('g')?.values() ?? [])
              for (const [partition, read] of still.splice(0).entries())
                if (read) moving.set(partition, read.window);
            const [fast] = read(of, kept);
            const [slow] = read(of, anew);
            expect(fast?.reading).toEqual(slow?.reading);
            if (fast === before) taken += 1;
            before = fast;
            kept.previousMs = atMs;
            anew.previousMs = atMs;
          }
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
