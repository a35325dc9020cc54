import { closingOf, type Incident, type IncidentEntry } from './about.ts';
import { type HandoverAnswer, handover } from './handover.ts';
import type { Joined } from './joined.ts';
import { type IncidentLine, mergeTimeline } from './timeline.ts';

/** An incident whole, as pages and exports have it. */
export type IncidentDocument = {
  incident: Incident;
  closing: IncidentEntry | null;
  entries: readonly IncidentEntry[];
  joined: Joined;
  handover: readonly HandoverAnswer[];
  /** Of the part of the span that is looked at. */
  timeline: readonly IncidentLine[];
  leftOut: number;
  span: { from: string; to: string };
  /** True: as it stood when the incident was closed, not read anew. */
  kept: boolean;
};

export const timelineMost = 2000;

const entryWords = {
  note: 'noted',
  added: 'added to what it is about',
  closed: 'closed the incident',
  reopened: 'reopened the incident',
} as const;

/** What people did to the incident itself, as lines of it. */
function ownLines(
  { openedAt, openedBy, title }: Incident,
  entries: readonly IncidentEntry[],
): IncidentLine[] {
  const plain = { until: null, count: 1, href: null };
  return [
    {
      ...plain,
      ...{ id: 'incident/opened', at: openedAt, kind: 'incident', actor: openedBy },
      ...{ what: 'opened the incident', detail: title },
    },
    ...entries.map(
      ({ seq, kind, text, at, by }): IncidentLine => ({
        ...plain,
        ...{ id: `incident/${seq}`, at, kind: kind === 'note' ? 'note' : 'incident', actor: by },
        ...{ what: entryWords[kind], detail: text },
      }),
    ),
  ];
}

/** Puts together what is kept and what has joined. Pure. @param part narrows the timeline to a part of the span */
export function incidentDocument(
  incident: Incident,
  entries: readonly IncidentEntry[],
  joined: Joined,
  more: { kept: boolean; part: { from: string | null; to: string | null } },
): IncidentDocument {
  const span = { from: more.part.from ?? joined.from, to: more.part.to ?? lastOf(joined, entries) };
  const { lines, leftOut } = mergeTimeline([joined.lines, ownLines(incident, entries)], {
    ...span,
    most: timelineMost,
  });
  return {
    incident,
    closing: closingOf(entries),
    entries,
    joined,
    handover: handover(incident, entries, joined),
    timeline: lines,
    leftOut: leftOut + joined.linesLeftOut,
    span,
    kept: more.kept,
  };
}

/** What people did to the incident after its closing (a note, say) still belongs to its story. */
const lastOf = (joined: Joined, entries: readonly IncidentEntry[]): string => {
  const last = entries.at(-1)?.at;
  return last !== undefined && last > joined.to ? last : joined.to;
};
