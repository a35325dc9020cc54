import type { FiringAlert } from '#lib/domain/incidents/joined.ts';
import { concernsAlert, type IncidentReach } from '#lib/domain/incidents/reach.ts';
import type { IncidentLine } from '#lib/domain/incidents/timeline.ts';
import type { ToldAlert } from '#lib/store/alert-events.ts';
import type { IncidentDeps } from '../deps.ts';
import { most, type Span } from './bounds.ts';

const words = { firing: 'alert fired', reminder: 'alert still fires', recovered: 'alert recovered' } as const;

const lineOf = ({ id, event, at, condition }: ToldAlert): IncidentLine => ({
  ...{ id: `alert/${event}/${id}`, at: at.toISOString(), until: null, count: 1, kind: 'alert', actor: null },
  ...{ what: words[event], href: condition.href },
  detail: condition.detail === '' ? condition.title : `${condition.title}. ${condition.detail}`,
});

/** What was told of alerts about the incident's things and flows, and which of them fire now. */
export async function alertFacts(
  { database }: Pick<IncidentDeps, 'database'>,
  reach: IncidentReach,
  { from, to }: Span,
): Promise<{ lines: IncidentLine[]; firing: FiringAlert[]; gaps: string[] }> {
  const { alertEvents, alerts } = database.stores;
  const [events, known] = await Promise.all([
    alertEvents.between(reach.clusters, from, to, most.alertEvents + 1),
    alerts.told(),
  ]);
  const own = events
    .slice(0, most.alertEvents)
    .filter(({ key, cluster, condition: { flow, scope } }) =>
      concernsAlert(reach, { key, cluster, flow, scope }),
    );
  return {
    lines: own.map(lineOf),
    firing: known
      .filter((alert) => alert.phase === 'firing' && concernsAlert(reach, alert))
      .map(({ key, title, since }) => ({ key, title, since: since.toISOString() })),
    gaps:
      events.length > most.alertEvents
        ? [`Of the alerts of its clusters only the first ${most.alertEvents} are told.`]
        : [],
  };
}
