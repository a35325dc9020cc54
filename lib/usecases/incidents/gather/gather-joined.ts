import type { Incident } from '#lib/domain/incidents/about.ts';
import type { Joined } from '#lib/domain/incidents/joined.ts';
import { reachOf } from '#lib/domain/incidents/reach.ts';
import { type IncidentLine, mergeTimeline } from '#lib/domain/incidents/timeline.ts';
import type { IncidentDeps } from '../deps.ts';
import { alertFacts } from './alert-facts.ts';
import { auditFacts } from './audit-facts.ts';
import { most, type Span } from './bounds.ts';
import { failureFacts, failureLines } from './failure-facts.ts';
import { lagFacts } from './lag-facts.ts';
import { replayFacts } from './replay-facts.ts';

/** As long as the sources are kept. */
const spanMostMs = 30 * 24 * 3_600_000;
const linesMost = 1500;

async function markerLines(
  { database }: Pick<IncidentDeps, 'database'>,
  { from, to }: Span,
): Promise<{ lines: IncidentLine[]; gaps: string[] }> {
  const markers = await database.stores.markers.list(
    { from, to: new Date(to.getTime() + 1) },
    { limit: most.markers + 1, after: null },
  );
  return {
    lines: markers.slice(0, most.markers).map(
      ({ id, service, version, note, at, by }): IncidentLine => ({
        ...{ id: `marker/${id}`, at: at.toISOString(), until: null, count: 1, kind: 'marker', actor: by },
        ...{ what: version === null ? service : `${service} ${version}`, detail: note, href: null },
      }),
    ),
    gaps: markers.length > most.markers ? [`Of the markers only the newest ${most.markers} are told.`] : [],
  };
}

/**
 * Everything that belongs to an incident within its span, from Postgres alone, in bounds that are said where they cut. Sources that did not
 * answer in time are gaps, and the rest is told.
 */
export async function gatherJoined(
  deps: IncidentDeps,
  { about }: Pick<Incident, 'about'>,
  wanted: { from: string; to: string },
): Promise<Joined> {
  const to = new Date(wanted.to);
  const earliest = new Date(to.getTime() - spanMostMs);
  const span = { from: new Date(Math.max(Date.parse(wanted.from), earliest.getTime())), to };
  const reach = reachOf(about, deps.config.flows);
  const [lag, alerts, failures, replays, markers] = await Promise.all([
    lagFacts(deps, reach, span),
    alertFacts(deps, reach, span),
    failureFacts(deps, reach, span),
    replayFacts(deps, reach, span),
    markerLines(deps, span),
  ]);
  const audit = await auditFacts(
    deps,
    reach,
    { replays: replays.replays, failures: failures.failures },
    span,
  );
  const iso = { from: span.from.toISOString(), to: to.toISOString() };
  const { lines, leftOut } = mergeTimeline(
    [lag.lines, alerts.lines, failureLines(failures.failures, span), audit.lines, markers.lines],
    { ...iso, most: linesMost },
  );
  return {
    ...iso,
    asOf: deps.clock().toISOString(),
    ...{ lines, linesLeftOut: leftOut, groups: lag.groups, topics: failures.topics },
    ...{ failures: failures.failures, failuresLeftOut: failures.failuresLeftOut, ...replays },
    ...{ letterDecisions: audit.letterDecisions, firing: alerts.firing },
    gaps: [
      ...(span.from.toISOString() > wanted.from
        ? ['Its span is longer than 30 days: what lies before is not kept.']
        : []),
      ...lag.gaps,
      ...alerts.gaps,
      ...failures.gaps,
      ...audit.gaps,
      ...markers.gaps,
    ],
  };
}
