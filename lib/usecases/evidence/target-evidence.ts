import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import type { GroupOnTopic } from '#lib/store/replay-evidence.ts';
import { answer, type EvidenceContext, isFresh } from './context.ts';
import { sum } from './sum.ts';

const withoutMembers = new Set(['empty', 'dead']);
const hasNoMembers = (group: GroupOnTopic) =>
  group.members === 0 || withoutMembers.has(group.state.toLowerCase());

type TargetState = 'running' | 'stopped' | 'stalled';

/** How a group stands on the destination topic; a group without members is stopped, whatever its lag. */
export function targetState(group: GroupOnTopic): TargetState {
  const statuses = new Set(group.partitions.map((partition) => partition.status));
  if (hasNoMembers(group) || statuses.has('stopped')) return 'stopped';
  return statuses.has('stalled') ? 'stalled' : 'running';
}

/** Why it can't be told how a group stands on the topic; null where it can. What was seen of it may still be bad. */
function notKnownOf({ members, partitions }: GroupOnTopic, topic: string): string | null {
  if (members === null) return 'It could not be described, so its members are not known.';
  if (partitions.length === 0) return `The collector has no reading of ${topic} for it.`;
  const unknown = partitions.filter(({ status, lagRecords }) => status === 'unknown' || lagRecords === null);
  if (unknown.length === 0) return null;
  const where = `${unknown.length} of ${countOf(partitions.length, 'partition')}`;
  return unknown.every(({ status }) => status === 'never_committed')
    ? `It has committed nothing yet on ${where}, so its lag there is not known.`
    : `On ${where} its lag is not known.`;
}

/**
 * State, lag and slope of the groups that are to consume what is sent. Stopped or stalled blocks (design.md, first batch); good is only what is known of each
 * partition that was read.
 */
export async function targetGroupEvidence(context: EvidenceContext): Promise<Evidence> {
  const { destination, replay, stores } = context;
  const { targetGroups, topic } = destination;
  if (destination.kind === 'quarantine')
    return answer(context, 'targetGroup', {
      status: 'good',
      sentence: 'Nobody has to consume a quarantine.',
    });
  if (targetGroups.length === 0)
    return answer(context, 'targetGroup', {
      status: 'unknown',
      sentence: `Who is to consume ${topic} is not declared, so whether it was consumed can't be told.`,
      why: 'No flow declares a group for it.',
    });
  const groups = await stores.replayEvidence.groups(replay.cluster, targetGroups, topic);
  const fresh = groups.filter(({ asOf }) => isFresh(context, asOf));
  const unseen = targetGroups.filter((id) => !fresh.some((group) => group.groupId === id));
  const bad = fresh
    .map((group) => ({ group, state: targetState(group) }))
    .filter(({ state }) => state !== 'running');
  const notKnown = fresh.flatMap((group) => {
    const why = notKnownOf(group, topic);
    return why === null || targetState(group) !== 'running' ? [] : [{ id: group.groupId, why }];
  });
  const known = unseen.length + notKnown.length === 0;
  const value = {
    groups: fresh.map((group) => {
      const lag = group.partitions.map((partition) =>
        partition.lagRecords === null ? null : Number(partition.lagRecords),
      );
      const consume = sum(group.partitions.map((partition) => partition.consumeRate));
      const produce = sum(group.partitions.map((partition) => partition.produceRate));
      return {
        group: group.groupId,
        state: notKnown.some(({ id }) => id === group.groupId) ? null : targetState(group),
        members: group.members,
        lagRecords: sum(lag),
        slopePerSecond: consume === null || produce === null ? null : produce - consume,
      };
    }),
    state: bad[0]?.state ?? (known ? 'running' : null),
  };
  if (bad.length > 0)
    return answer(context, 'targetGroup', {
      status: 'blocks',
      sentence: `${bad.map(({ group, state }) => `${group.groupId} is ${state}${hasNoMembers(group) ? ' (it has no members)' : ''}`).join('; ')}: nothing that is sent to ${topic} would be consumed.`,
      value,
    });
  if (unseen.length > 0)
    return answer(context, 'targetGroup', {
      status: 'unknown',
      sentence: `The state of ${unseen.join(', ')} is not known.`,
      why: 'The collector has not seen the group within the last minute.',
      value,
    });
  const unassigned = fresh.filter((group) => group.assignedMembers === 0);
  if (unassigned.length > 0)
    return answer(context, 'targetGroup', {
      status: 'warns',
      sentence: `No member of ${unassigned.map((group) => group.groupId).join(', ')} has a partition of ${topic} now.`,
      value,
    });
  const [first] = notKnown;
  if (first)
    return answer(context, 'targetGroup', {
      status: 'unknown',
      sentence: `How ${notKnown.map(({ id }) => id).join(', ')} ${notKnown.length === 1 ? 'stands' : 'stand'} on ${topic} is not known.`,
      why: first.why,
      value,
    });
  return answer(context, 'targetGroup', {
    status: 'good',
    sentence: value.groups
      .map(
        (group) =>
          `${group.group} is running (${countOf(group.members ?? 0, 'member')}), ${amount(group.lagRecords ?? 0)} behind on ${topic}`,
      )
      .join('; ')
      .concat('.'),
    value,
  });
}
