import type { GroupFact } from '#lib/domain/incidents/joined.ts';
import { lagLines } from '#lib/domain/incidents/lag-lines.ts';
import type { IncidentReach } from '#lib/domain/incidents/reach.ts';
import type { IncidentLine } from '#lib/domain/incidents/timeline.ts';
import type { GroupEventKind } from '#lib/domain/lag/group-sight.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { LagPoint } from '#lib/store/lag-history.ts';
import type { IncidentDeps } from '../deps.ts';
import { inTime, most, type Span } from './bounds.ts';

type Deps = Pick<IncidentDeps, 'database' | 'config'>;
type Found = { groups: GroupFact[]; lines: IncidentLine[]; gaps: string[] };

const pointsMost = 2000;
const stepsMs = [60_000, 300_000, 900_000, 3_600_000, 14_400_000] as const;

/** So fine that the span has at most 2,000 steps. The worst of each step is kept, so a peak is never lost by a wide one. */
const stepFor = ({ from, to }: Span): number =>
  stepsMs.find((stepMs) => (to.getTime() - from.getTime()) / stepMs <= pointsMost) ?? 14_400_000;

function peaksOf(points: readonly LagPoint[]): Pick<GroupFact, 'peak' | 'peakTime'> {
  let peak: GroupFact['peak'] = null;
  let peakTime: GroupFact['peakTime'] = null;
  for (const { at, lagRecords, lagMs } of points) {
    if (lagRecords !== null && (peak === null || lagRecords > BigInt(peak.lagRecords)))
      peak = { lagRecords: lagRecords.toString(), at: at.toISOString() };
    if (lagMs !== null && (peakTime === null || lagMs > peakTime.lagMs))
      peakTime = { lagMs, at: at.toISOString() };
  }
  return { peak, peakTime };
}

/** The groups of an incident: how far behind each was at most, how it stands now, and what happened to it. */
export async function lagFacts(deps: Deps, reach: IncidentReach, span: Span): Promise<Found> {
  const groups = reach.groups.slice(0, most.groups);
  const gaps =
    reach.groups.length > most.groups
      ? [`Of ${reach.groups.length} consumer groups only the first ${most.groups} were looked at.`]
      : [];
  const clusters = [...new Set(groups.map(({ cluster }) => cluster))];
  const facts: GroupFact[] = [];
  const lines: IncidentLine[] = [];
  for (const cluster of clusters) {
    const own = groups.filter((each) => each.cluster === cluster);
    const totals = await inTime(deps.database, (stores) =>
      stores.lag.history.totals(
        cluster,
        own.map(({ groupId }) => groupId),
        { ...span, stepMs: stepFor(span) },
      ),
    );
    if (totals === null) gaps.push(`The lag of cluster ${cluster} took too long to add up.`);
    for (const { groupId, flow } of own) {
      const now = await deps.database.stores.lag.readGroup(cluster, groupId);
      facts.push({
        ...{ cluster, groupId, flow: flow ?? now?.flow ?? null },
        ...{ status: now?.status ?? null, lagRecords: now?.lagRecords ?? null },
        ...peaksOf(totals?.get(groupId) ?? []),
      });
      lines.push(...linesOf(deps, { cluster, groupId, flow }, totals?.get(groupId) ?? []));
      if (!now) gaps.push(`Consumer group ${groupId} is not there as of the last round of the collector.`);
    }
  }
  const events = await eventLines(deps, groups, clusters, span);
  return { groups: facts, lines: [...lines, ...events.lines], gaps: [...gaps, ...events.gaps] };
}

function linesOf(
  { config }: Deps,
  { cluster, groupId, flow }: IncidentReach['groups'][number],
  points: readonly LagPoint[],
): IncidentLine[] {
  const declared = config.flows.find((each) => each.cluster === cluster && each.name === flow);
  return lagLines(
    {
      ...{ cluster, groupId, objectiveMs: declared?.objectives.timeLagMs ?? null },
      href: consolePage.group(cluster, groupId),
    },
    points.map((point) => ({ ...point, at: point.at.toISOString() })),
  );
}

/** What a change of status says is what happened: two of them are never the same line. */
const wordsOf = (
  groupId: string,
  kind: GroupEventKind,
  text: string,
): Pick<IncidentLine, 'what' | 'detail'> =>
  kind === 'status_changed'
    ? { what: `${groupId}: ${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`, detail: null }
    : { what: `${groupId}: ${kind.replaceAll('_', ' ')}`, detail: text };

async function eventLines(
  { database }: Deps,
  groups: IncidentReach['groups'],
  clusters: readonly string[],
  { from, to }: Span,
): Promise<Pick<Found, 'lines' | 'gaps'>> {
  const scopes = clusters.map((cluster) => ({
    cluster,
    groupIds: groups.filter((each) => each.cluster === cluster).map(({ groupId }) => groupId),
  }));
  const events = await database.stores.groupEvents.list(
    scopes,
    { from, to: new Date(to.getTime() + 1) },
    { limit: most.groupEvents + 1, after: null },
  );
  return {
    lines: events.slice(0, most.groupEvents).map(
      ({ id, cluster, groupId, at, kind, text, count }): IncidentLine => ({
        ...{ id: `group/${id}`, at: at.toISOString(), until: null, count, kind: 'group', actor: null },
        ...wordsOf(groupId, kind, text),
        href: consolePage.group(cluster, groupId),
      }),
    ),
    gaps:
      events.length > most.groupEvents
        ? [`Of the events of its consumer groups only the newest ${most.groupEvents} are told.`]
        : [],
  };
}
