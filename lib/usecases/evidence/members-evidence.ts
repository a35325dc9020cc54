import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { countOf } from '#lib/domain/replays/sentences.ts';
import type { MarkerRecord } from '#lib/store/markers.ts';
import { answer, type EvidenceContext } from './context.ts';

const eventsMost = 500;
const clockOf = (at: Date) => `${at.toISOString().slice(11, 16)} UTC`;

const markersMost = 5;

/** What a marker has to name for it to be about who consumes the records: the flow, one of its groups, or a group of the destination. */
const servicesOf = ({ flow, destination }: EvidenceContext): string[] => [
  ...new Set<string>([
    ...destination.targetGroups,
    ...(flow ? [flow.name, ...flow.groups.map(({ id }) => id)] : []),
  ]),
];

const inWords = ({ service, version, note, at }: MarkerRecord): string =>
  `${service}${version ? ` ${version}` : ''} at ${clockOf(at)}${note ? ` (${note})` : ''}`;

/** Markers since then that have happened: of the services that are meant, or else the newest of any. */
async function markersSince(context: EvidenceContext, from: Date | undefined) {
  const { markers } = context.stores;
  // A deploy that is announced has not happened.
  const range = { from, to: context.now };
  const own = await markers.list(
    { ...range, services: servicesOf(context) },
    { limit: markersMost, after: null },
  );
  const [other] = own.length > 0 ? [] : await markers.list(range, { limit: 1, after: null });
  return { own, other };
}

/**
 * A deploy or intervention since the newest of the frozen failures: by a marker of who consumes the records, or by what the collector saw of the group's members.
 * A marker of another service is named, and says nothing of this one.
 */
export async function membersReplacedEvidence(context: EvidenceContext): Promise<Evidence> {
  const { frozen, stores, destination, replay } = context;
  const since = frozen.summary.newestAt === null ? undefined : new Date(frozen.summary.newestAt);
  const groupIds = [...destination.targetGroups];
  const [{ own, other }, events] = await Promise.all([
    markersSince(context, since),
    groupIds.length === 0
      ? []
      : stores.groupEvents.list(
          [{ cluster: replay.cluster, groupIds }],
          { from: since },
          { limit: eventsMost, after: null },
        ),
  ]);
  const [marker] = own;
  const replaced = events.find((event) => event.kind === 'members_replaced');
  const changes = events.filter(
    (event) => event.kind === 'member_replaced' || event.kind === 'member_joined',
  ).length;
  const value = { markers: own.length, replacedAt: replaced?.at.toISOString() ?? null, changes };
  if (marker || replaced)
    return answer(context, 'membersReplaced', {
      status: 'good',
      sentence: [
        ...(marker ? [`Marked since the newest of these failures: ${inWords(marker)}.`] : []),
        ...(replaced ? [`All members of ${replaced.groupId} were replaced at ${clockOf(replaced.at)}.`] : []),
      ].join(' '),
      value,
    });
  const who = groupIds.join(', ') || 'the consumer';
  return answer(context, 'membersReplaced', {
    status: 'unknown',
    sentence: `${
      changes > 0
        ? `${countOf(changes, 'member')} of ${who} joined or took another's place since these failures, not all of them.`
        : `Nothing says that ${who} has changed since these failures.`
    }${other ? ` Marked since, of another service: ${inWords(other)}.` : ''}`,
    why: `No marker of ${servicesOf(context).join(', ') || 'a declared service'} was set, and ${
      groupIds.length === 0
        ? 'no group is declared for the destination'
        : 'the collector did not see all members replaced within a minute'
    }.`,
    value,
  });
}
