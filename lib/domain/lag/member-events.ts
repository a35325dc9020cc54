import type { GroupEvent, GroupNow, GroupSight, SightedMember } from './group-sight.ts';

/** A set of members that is wholly exchanged within this time was replaced: a deploy. */
const turnoverMs = 60_000;

/** The ways in which a new member may be an old one come back, best first. */
const sameness: readonly ((a: SightedMember, b: SightedMember) => boolean)[] = [
  (a, b) => a.instanceId !== null && a.instanceId === b.instanceId,
  (a, b) => a.clientId === b.clientId && a.host === b.host,
  (a, b) => a.clientId === b.clientId,
  (a, b) => a.host === b.host,
];
const nameOf = ({ clientId, host, instanceId }: SightedMember) =>
  `${instanceId === null ? clientId : `${clientId}, instance ${instanceId},`} on ${host}`;

/** Who joined, left and took whose place since the sight before; and when all have changed within a minute. */
export function memberEvents(
  before: GroupSight,
  now: GroupNow,
  atMs: number,
): { events: GroupEvent[]; left: GroupSight['left']; turnover: GroupSight['turnover'] } {
  const recent = before.left.filter((each) => atMs - each.atMs < turnoverMs);
  if (before.members === null || now.members === null)
    return { events: [], left: recent, turnover: before.turnover };
  const [was, is] = [byId(before.members), byId(now.members)];
  const gone = [...was.values()].filter((each) => !is.has(each.memberId));
  const fresh = [...is.values()].filter((each) => !was.has(each.memberId));
  const { pairs, rest } = pair([...gone, ...recent.map((each) => each.member)], fresh);
  const taken = new Set(pairs.map(([old]) => old));
  const { groupId } = now;
  const event = (kind: GroupEvent['kind'], text: string): GroupEvent => ({ groupId, atMs, kind, text });
  const emptied = was.size > 0 && is.size === 0;
  const { turnover, replaced } = turn(before, [...was.keys()], [...is.keys()], atMs);
  return {
    events: [
      ...(replaced === null
        ? []
        : [
            event(
              'members_replaced',
              `All members were replaced within a minute: ${replaced} before, ${is.size} now.`,
            ),
          ]),
      ...pairs.map(([old, young]) =>
        event('member_replaced', `Member ${nameOf(young)} took the place of ${old.memberId}.`),
      ),
      ...rest.map((each) => event('member_joined', `Member ${nameOf(each)} joined.`)),
      ...gone
        .filter((each) => !taken.has(each))
        .map((each) => event('member_left', `Member ${nameOf(each)} left.`)),
      ...(emptied ? [event('became_empty', 'The last member left: nobody consumes.')] : []),
    ],
    left: [...recent, ...gone.map((member) => ({ member, atMs }))].filter((each) => !taken.has(each.member)),
    turnover,
  };
}

const byId = (members: readonly SightedMember[]) =>
  new Map(
    [...members]
      .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
      .map((member) => [member.memberId, member]),
  );

function pair(old: readonly SightedMember[], fresh: readonly SightedMember[]) {
  const pairs: [SightedMember, SightedMember][] = [];
  let [free, rest] = [[...old], [...fresh]];
  for (const same of sameness) {
    for (const young of rest) {
      const found = free.find((each) => same(each, young));
      if (!found) continue;
      pairs.push([found, young]);
      free = free.filter((each) => each !== found);
    }
    rest = rest.filter((young) => !pairs.some(([, taken]) => taken === young));
  }
  return { pairs, rest };
}

/** Follows a turnover: begun with the first change, over after a minute or as soon as nobody of before is left and somebody is there. */
function turn(
  before: GroupSight,
  was: readonly string[],
  is: readonly string[],
  atMs: number,
): { turnover: GroupSight['turnover']; replaced: number | null } {
  const running = before.turnover && atMs - before.turnover.sinceMs < turnoverMs ? before.turnover : null;
  const changed = was.join() !== is.join();
  if (!running && !changed) return { turnover: null, replaced: null };
  const turnover = running ?? { sinceMs: atMs, before: was };
  if (turnover.before.length === 0) return { turnover: null, replaced: null };
  const done = is.length > 0 && !is.some((id) => turnover.before.includes(id));
  return done ? { turnover: null, replaced: turnover.before.length } : { turnover, replaced: null };
}
