/** One thing that an incident is about, as it is named when it is opened. */
export type IncidentThing =
  | { kind: 'cluster'; cluster: string }
  | { kind: 'flow'; flow: string }
  | { kind: 'group'; cluster: string; group: string }
  | { kind: 'topic'; cluster: string; topic: string }
  | { kind: 'failure'; cluster: string; topic: string; fingerprint: string }
  | { kind: 'replay'; replay: string }
  | { kind: 'alert'; key: string };

/** The same with what it was when the incident was opened: kept, so that a topic that is gone later is still named. */
export type IncidentAbout = {
  thing: IncidentThing;
  /** What people call it. */
  name: string;
  cluster: string;
  /** null: it belongs to no declared flow. */
  flow: string | null;
  /** `cluster`: whoever reads the cluster may know of it; `flow`: only who reads the flow. */
  scope: 'cluster' | 'flow';
  /** Its page in the console, without a time. */
  href: string;
};

/** At once; and of one incident whatever was added. */
export const aboutMost = 10;
export const aboutInAllMost = 30;
export const titleMost = 200;
export const noteMost = 4000;
/** Of one incident. */
export const notesMost = 500;
export const lookBackDefaultMs = 3_600_000;
export const lookBackMostMs = 24 * 3_600_000;

/** A note, a thing that was added, a closing or a reopening, oldest first. */
export type IncidentEntry = {
  seq: string;
  kind: 'note' | 'added' | 'closed' | 'reopened';
  text: string;
  /** RFC 3339. */
  at: string;
  by: string;
};

export type Incident = {
  id: string;
  title: string;
  /** What it was opened about, and what was added since. */
  about: readonly IncidentAbout[];
  lookBackMs: number;
  openedAt: string;
  openedBy: string;
};

/** The closing that holds; null while the incident is open. */
export function closingOf(entries: readonly IncidentEntry[]): IncidentEntry | null {
  const last = entries.findLast(({ kind }) => kind === 'closed' || kind === 'reopened');
  return last?.kind === 'closed' ? last : null;
}

/** From when until when things join by themselves, RFC 3339. @param nowMs milliseconds since the epoch */
export function spanOf(
  { openedAt, lookBackMs }: Pick<Incident, 'openedAt' | 'lookBackMs'>,
  entries: readonly IncidentEntry[],
  nowMs: number,
): { from: string; to: string } {
  const fromMs = Date.parse(openedAt) - lookBackMs;
  return {
    from: new Date(fromMs).toISOString(),
    to: closingOf(entries)?.at ?? new Date(nowMs).toISOString(),
  };
}

/** An address of the console with an absolute time in it. */
export function atTime(href: string, { from, to }: { from: string; to: string }): string {
  const [path = '', query = ''] = href.split('?');
  const search = new URLSearchParams(query);
  search.set('from', from);
  search.set('to', to);
  return `${path}?${search}`;
}
