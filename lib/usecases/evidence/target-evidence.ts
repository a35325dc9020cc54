import { defaultWindowMs } from '#lib/domain/lag/window.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import type { GroupOnTopic } from '#lib/store/replay-evidence.ts';
import { answer, type EvidenceContext } from './context.ts';

/** Older readings say nothing about now. */
const freshMs = 60_000;
/** The collector's own window: within it the rate is measured, beyond it a count would be a guess. */
const stillFailingWindowMs = defaultWindowMs;
const windowText = `${stillFailingWindowMs / 1000} s`;
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

const sum = (values: readonly (number | null)[]) =>
  values.some((value) => value === null)
    ? null
    : values.reduce<number>((total, value) => total + (value ?? 0), 0);

/** State, lag and slope of the groups that are to consume what is sent. Stopped or stalled blocks (design.md, first batch). */
export async function targetGroupEvidence(context: EvidenceContext): Promise<Evidence> {
  const { destination, replay, stores, now } = context;
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
  const fresh = groups.filter((group) => now.getTime() - group.asOf.getTime() <= freshMs);
  const unseen = targetGroups.filter((id) => !fresh.some((group) => group.groupId === id));
  const bad = fresh
    .map((group) => ({ group, state: targetState(group) }))
    .filter(({ state }) => state !== 'running');
  const value = {
    groups: fresh.map((group) => {
      const lag = group.partitions.map((partition) =>
        partition.lagRecords === null ? null : Number(partition.lagRecords),
      );
      const consume = sum(group.partitions.map((partition) => partition.consumeRate));
      const produce = sum(group.partitions.map((partition) => partition.produceRate));
      return {
        group: group.groupId,
        state: targetState(group),
        members: group.members,
        lagRecords: sum(lag),
        slopePerSecond: consume === null || produce === null ? null : produce - consume,
      };
    }),
    state: bad[0]?.state ?? (unseen.length > 0 ? null : 'running'),
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
  return answer(context, 'targetGroup', {
    status: 'good',
    sentence: value.groups
      .map(
        (group) =>
          `${group.group} is running (${group.members === null ? 'members not known' : countOf(group.members, 'member')}), ${group.lagRecords === null ? 'lag not known' : `${amount(group.lagRecords)} behind`} on ${topic}`,
      )
      .join('; ')
      .concat('.'),
    value,
  });
}

/** Does the failure still arrive, of how many consumed since: nothing consumed is unknown, not good. */
export async function stillFailingEvidence(context: EvidenceContext): Promise<Evidence> {
  const { replay, frozen, flow, stores, now } = context;
  const place = { clusterId: replay.clusterId, topicId: replay.source.topicId };
  const since = new Date(now.getTime() - stillFailingWindowMs);
  const arrivals = await stores.replayEvidence.arrivals(place, frozen.fingerprints, since);
  const index = await stores.replayEvidence.indexBehind(place);
  const groups = flow
    ? await stores.replayEvidence.groups(
        replay.cluster,
        flow.groups.map((group) => group.id),
        flow.topic,
      )
    : [];
  const rates = groups
    .filter((group) => now.getTime() - group.asOf.getTime() <= freshMs)
    .map((group) => sum(group.partitions.map((partition) => partition.consumeRate)) ?? group.consumeRate);
  const rate = rates.length === 0 ? null : sum(rates);
  const consumed = rate === null ? null : Math.round((rate * stillFailingWindowMs) / 1000);
  const known = consumed !== null && consumed > 0 && index !== null;
  const ratio = known ? Math.min(1, arrivals / consumed) : null;
  const value = { arrivals, consumed, ratio, windowMs: stillFailingWindowMs };
  if (ratio === null)
    return answer(context, 'stillFailing', {
      status: arrivals > 0 ? 'warns' : 'unknown',
      sentence:
        arrivals > 0
          ? `${countOf(arrivals, 'such failure')} in the last ${windowText}; of how many consumed is not known.`
          : 'Whether the failure still happens is not known.',
      why:
        index === null
          ? 'The index has not read this topic yet.'
          : consumed === null
            ? 'How many records the group consumed is not measured.'
            : 'The group consumed nothing in this time, so nothing could fail.',
      value,
    });
  return answer(context, 'stillFailing', {
    status: arrivals > 0 ? 'warns' : 'good',
    sentence: `${countOf(arrivals, 'such failure')} in the ${countOf(consumed ?? 0, 'record')} consumed in the last ${windowText}.`,
    value,
    denominator: consumed,
  });
}
