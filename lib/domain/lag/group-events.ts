import type { GroupEvent, GroupNow, GroupSight, SightedMember } from './group-sight.ts';
import { memberEvents } from './member-events.ts';
import { statusEvents } from './status-events.ts';

const rebalancingStates = new Set(['preparingrebalance', 'completingrebalance', 'assigning', 'reconciling']);
const isRebalancing = (state: string) => rebalancingStates.has(state.toLowerCase());

/** The next sight of a group, and what happened since the one before. @param before null when it was not seen before */
export function nextSight(
  before: GroupSight | null,
  now: GroupNow,
  atMs: number,
): { sight: GroupSight; events: GroupEvent[] } {
  if (!before) return { sight: { ...now, left: [], turnover: null }, events: [] };
  const known: GroupNow = {
    ...now,
    epoch: now.epoch ?? before.epoch,
    members: now.members ?? before.members,
    status: now.status ?? before.status,
    // While it rebalances, members are described without what they will have.
    assignment: isRebalancing(now.state) || now.assignment === null ? before.assignment : now.assignment,
  };
  const { events, left, turnover } = memberEvents(before, known, atMs);
  const rebalanced = hasRebalanced(before, known)
    ? [{ groupId: now.groupId, atMs, kind: 'rebalanced' as const, text: rebalanceText(known) }]
    : [];
  return {
    sight: { ...known, left, turnover },
    events: [...events, ...rebalanced, ...statusEvents(before, known, atMs)],
  };
}

/** Counts each rebalance once: where it is first seen, not again where it completes. */
function hasRebalanced(before: GroupSight, now: GroupNow): boolean {
  if (now.members === null || now.members.length === 0) return false;
  if (before.epoch !== null && now.epoch !== null) return now.epoch > before.epoch;
  const [was, is] = [isRebalancing(before.state), isRebalancing(now.state)];
  if (is || was) return is && !was;
  if (before.members === null) return false;
  const ids = (members: readonly SightedMember[]) =>
    members
      .map((each) => each.memberId)
      .sort()
      .join();
  const moved = before.assignment !== null && now.assignment !== null && before.assignment !== now.assignment;
  return moved || ids(before.members) !== ids(now.members);
}

const rebalanceText = ({ members, epoch }: GroupNow) =>
  `Rebalanced over ${members?.length ?? 0} member${members?.length === 1 ? '' : 's'}${epoch === null ? '' : `, epoch ${epoch}`}.`;

/** Groups that came and went. @param before null at the very first round, when nothing can be said to be new */
export function comingAndGoing(
  before: ReadonlySet<string> | null,
  now: ReadonlySet<string>,
  atMs: number,
): GroupEvent[] {
  if (!before) return [];
  const came = [...now].filter((groupId) => !before.has(groupId));
  const went = [...before].filter((groupId) => !now.has(groupId));
  return [
    ...came.map((groupId) => ({ groupId, atMs, kind: 'appeared' as const, text: 'The group appeared.' })),
    ...went.map((groupId) => ({
      groupId,
      atMs,
      kind: 'deleted' as const,
      text: 'The group is gone: deleted, or its offsets expired while it had no members.',
    })),
  ];
}
