import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comingAndGoing, nextSight } from './group-events.ts';
import type { GroupNow, GroupSight, SightedMember } from './group-sight.ts';

const member = (memberId: string, more: Partial<SightedMember> = {}): SightedMember => ({
  memberId,
  clientId: memberId.replace(/\d+$/, ''),
  host: `host-${memberId}`,
  instanceId: null,
  ...more,
});
const group = (members: readonly SightedMember[] | null, more: Partial<GroupNow> = {}): GroupNow => ({
  groupId: 'payments',
  state: members?.length === 0 ? 'Empty' : 'Stable',
  epoch: null,
  members,
  assignment: members?.map((each) => each.memberId).join() ?? null,
  status: null,
  ...more,
});
const [a1, b1] = [member('a1'), member('b1')];

/** Kinds of the events between the rounds, two seconds apart unless told otherwise. */
function kinds(rounds: readonly GroupNow[], everyMs = 2_000): string[] {
  let sight: GroupSight | null = null;
  return rounds.flatMap((now, index) => {
    const next = nextSight(sight, now, index * everyMs);
    sight = next.sight;
    return next.events.map((each) => each.kind);
  });
}

describe('events of a group', () => {
  it.each<[string, GroupNow[], string[]]>([
    ['the first sight says nothing', [group([a1])], []],
    ['nothing changes', [group([a1]), group([a1])], []],
    ['a member joins', [group([a1]), group([a1, b1])], ['member_joined', 'rebalanced']],
    ['a member leaves', [group([a1, b1]), group([a1])], ['member_left', 'rebalanced']],
    ['the last member leaves', [group([a1]), group([])], ['member_left', 'became_empty']],
    ['the first member comes', [group([]), group([a1])], ['member_joined', 'rebalanced']],
    [
      'a rebalance is counted once, from its first sight to its end',
      [
        group([a1]),
        group([a1, b1], { state: 'PreparingRebalance' }),
        group([a1, b1], { state: 'CompletingRebalance', assignment: '' }),
        group([a1, b1]),
        group([a1, b1]),
      ],
      ['member_joined', 'rebalanced'],
    ],
    [
      'a short rebalance is told by its assignment',
      [group([a1, b1]), group([a1, b1], { assignment: 'other' })],
      ['rebalanced'],
    ],
    [
      'an epoch that grew is a rebalance, whatever the state',
      [group([a1], { epoch: 3 }), group([a1], { epoch: 4 }), group([a1], { epoch: 4, assignment: 'x' })],
      ['rebalanced'],
    ],
    [
      'restarted under the same instance id',
      [
        group([member('a1', { instanceId: 'i' }), b1]),
        group([member('z9', { instanceId: 'i', host: 'elsewhere' }), b1]),
      ],
      ['member_replaced', 'rebalanced'],
    ],
    [
      'restarted with the same client id, seen away in between',
      [group([a1, b1]), group([b1]), group([member('a2'), b1])],
      ['member_left', 'rebalanced', 'member_replaced', 'rebalanced'],
    ],
    [
      'a whole set replaced one by one is a deploy',
      [group([a1, b1]), group([b1, member('a2')]), group([member('a2'), member('b2')])],
      ['member_replaced', 'rebalanced', 'members_replaced', 'member_replaced', 'rebalanced'],
    ],
    [
      'all stopped, then all started anew',
      [group([a1]), group([]), group([member('a2')])],
      ['member_left', 'became_empty', 'members_replaced', 'member_replaced', 'rebalanced'],
    ],
    [
      'trouble is told, also where nothing was told in between; to be behind is none',
      [
        group([a1], { status: 'ok' }),
        group([a1], { status: 'lagging' }),
        group([a1]),
        group([a1], { status: 'stalled' }),
        group([a1]),
        group([a1], { status: 'ok' }),
      ],
      ['status_changed', 'status_changed'],
    ],
    ['a group that cannot be described makes no events', [group([a1]), group(null), group([a1])], []],
  ])('%s', (_, rounds, expected) => {
    expect(kinds(rounds)).toEqual(expected);
  });

  it('replaced over more than a minute is not a deploy', () => {
    const slow = kinds(
      [group([a1, b1]), group([b1, member('a2')]), group([member('a2'), member('b2')])],
      61_000,
    );
    expect(slow).not.toContain('members_replaced');
  });

  const anyMember = fc.record({
    memberId: fc.constantFrom('a1', 'a2', 'b1', 'b2', 'c1'),
    clientId: fc.constantFrom('a', 'b'),
    host: fc.constantFrom('h1', 'h2'),
    instanceId: fc.constantFrom(null, 'i1'),
  });
  const anyGroup = fc
    .uniqueArray(anyMember, { selector: (each) => each.memberId, maxLength: 5 })
    .chain((members) =>
      fc.record({
        members: fc.constant(members),
        state: fc.constantFrom('Stable', 'PreparingRebalance', 'Empty'),
        epoch: fc.constantFrom(null, 1, 2),
      }),
    )
    .map(({ members, state, epoch }) => group(members, { state, epoch, assignment: 'same' }));

  it('the same view twice makes no events', () => {
    fc.assert(
      fc.property(fc.array(anyGroup, { minLength: 1, maxLength: 4 }), (rounds) => {
        const all = kinds(rounds);
        const last = rounds.at(-1);
        expect(kinds(last ? [...rounds, last] : rounds)).toEqual(all);
      }),
    );
  });

  it('the order of members does not matter', () => {
    fc.assert(
      fc.property(anyGroup, anyGroup, (first, second) => {
        const turned = (of: GroupNow): GroupNow => ({ ...of, members: of.members?.toReversed() ?? null });
        expect(kinds([turned(first), turned(second)]).sort()).toEqual(kinds([first, second]).sort());
      }),
    );
  });
});

describe('groups that come and go', () => {
  it('are told from the second round on', () => {
    expect(comingAndGoing(null, new Set(['a']), 0)).toEqual([]);
    const events = comingAndGoing(new Set(['a', 'b']), new Set(['b', 'c']), 5);
    expect(events.map((each) => [each.groupId, each.kind])).toEqual([
      ['c', 'appeared'],
      ['a', 'deleted'],
    ]);
  });
});
