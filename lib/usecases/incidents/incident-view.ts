import type { IncidentDetail, IncidentView } from '#lib/contract/incidents.ts';
import { closingOf } from '#lib/domain/incidents/about.ts';
import type { IncidentDocument } from '#lib/domain/incidents/document.ts';
import type { ListedIncident } from '#lib/store/incidents.ts';

/** An incident on the wire, without what joined it. */
export function incidentView({ incident, entries, notes }: ListedIncident): IncidentView {
  const closing = closingOf(entries);
  return {
    id: incident.id,
    title: incident.title,
    state: closing === null ? 'open' : 'closed',
    about: incident.about.map((each) => ({ ...each })),
    flows: [...new Set(incident.about.flatMap(({ flow }) => (flow === null ? [] : [flow])))],
    openedAt: incident.openedAt,
    openedBy: incident.openedBy,
    lookBackMs: incident.lookBackMs,
    closed: closing && { at: closing.at, by: closing.by, reason: closing.text },
    notes,
  };
}

/** The same with its story. */
export function incidentDetail(document: IncidentDocument): IncidentDetail {
  const { incident, entries, joined, span, kept } = document;
  const notes = entries.filter(({ kind }) => kind === 'note').length;
  return {
    ...incidentView({ incident, entries: [...entries], notes }),
    span,
    asOf: joined.asOf,
    kept,
    handover: document.handover.map((each) => ({ ...each, sentences: [...each.sentences] })),
    timeline: document.timeline.map((line) => ({ ...line })),
    timelineLeftOut: document.leftOut,
    groups: joined.groups.map((each) => ({ ...each })),
    topics: joined.topics.map((each) => ({ ...each })),
    failures: joined.failures.map((each) => ({ ...each })),
    replays: joined.replays.map((each) => ({
      ...each,
      approvals: each.approvals.map((one) => ({ ...one })),
      evidence: each.evidence.map((one) => ({ ...one })),
      drafts: [...each.drafts],
    })),
    letterDecisions: joined.letterDecisions.map((each) => ({ ...each })),
    firing: joined.firing.map((each) => ({ ...each })),
  };
}
