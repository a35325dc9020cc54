import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type EvidenceContext } from './context.ts';

const eventsMost = 500;
const clockOf = (at: Date) => `${at.toISOString().slice(11, 16)} UTC`;

/** A deploy or intervention since the newest of the frozen failures: by a marker, or by what the collector saw of the group's members. */
export async function membersReplacedEvidence(context: EvidenceContext): Promise<Evidence> {
  const { frozen, stores, destination, replay } = context;
  const since = frozen.summary.newestAt === null ? undefined : new Date(frozen.summary.newestAt);
  const groupIds = [...destination.targetGroups];
  const [markers, events] = await Promise.all([
    stores.markers.list({ from: since }, { limit: 5, after: null }),
    groupIds.length === 0
      ? []
      : stores.groupEvents.list(
          [{ cluster: replay.cluster, groupIds }],
          { from: since },
          { limit: eventsMost, after: null },
        ),
  ]);
  const [marker] = markers;
  const replaced = events.find((event) => event.kind === 'members_replaced');
  const changes = events.filter(
    (event) => event.kind === 'member_replaced' || event.kind === 'member_joined',
  ).length;
  const value = { markers: markers.length, replacedAt: replaced?.at.toISOString() ?? null, changes };
  if (marker || replaced)
    return answer(context, 'membersReplaced', {
      status: 'good',
      sentence: [
        ...(marker
          ? [
              `Marked since the newest of these failures: ${marker.service}${marker.version ? ` ${marker.version}` : ''} at ${clockOf(marker.at)}${marker.note ? ` (${marker.note})` : ''}.`,
            ]
          : []),
        ...(replaced ? [`All members of ${replaced.groupId} were replaced at ${clockOf(replaced.at)}.`] : []),
      ].join(' '),
      value,
    });
  const who = groupIds.join(', ') || 'the consumer';
  return answer(context, 'membersReplaced', {
    status: 'unknown',
    sentence:
      changes > 0
        ? `${countOf(changes, 'member')} of ${who} joined or took another's place since these failures, not all of them.`
        : `Nothing says that ${who} has changed since these failures.`,
    why:
      groupIds.length === 0
        ? 'No marker was set, and no group is declared for the destination.'
        : 'No marker was set, and the collector did not see all members replaced within a minute.',
    value,
  });
}
