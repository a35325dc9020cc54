export const lineKinds = [
  'incident',
  'note',
  'alert',
  'lag',
  'group',
  'failure',
  'decision',
  'replay',
  'marker',
] as const;
export type LineKind = (typeof lineKinds)[number];

/** One thing that happened. */
export type IncidentLine = {
  /** The same whenever it is read again: what two sources tell of stands once. */
  id: string;
  /** RFC 3339. */
  at: string;
  /** Of several that were folded into this one: when the last came; null for a single one. */
  until: string | null;
  count: number;
  kind: LineKind;
  /** Who did it; null where nobody did. */
  actor: string | null;
  what: string;
  detail: string | null;
  /** Where it can be seen; null where it has no page. */
  href: string | null;
};

const rank: Readonly<Record<LineKind, number>> = {
  incident: 0,
  marker: 1,
  group: 2,
  lag: 3,
  alert: 4,
  failure: 5,
  decision: 6,
  replay: 7,
  note: 8,
};

const inOrder = (a: IncidentLine, b: IncidentLine) =>
  a.at.localeCompare(b.at) || rank[a.kind] - rank[b.kind] || a.id.localeCompare(b.id);

/** Only what nobody did says the same again and again: a group that rebalances in a storm. */
const isSame = (a: IncidentLine, b: IncidentLine) =>
  a.kind === 'group' && b.kind === 'group' && a.what === b.what && a.href === b.href;

function folded(lines: readonly IncidentLine[]): IncidentLine[] {
  const out: IncidentLine[] = [];
  for (const line of lines) {
    const last = out.at(-1);
    if (last && isSame(last, line))
      out[out.length - 1] = { ...last, until: line.until ?? line.at, count: last.count + line.count };
    else out.push(line);
  }
  return out;
}

/**
 * Lines of all sources as one story, oldest first: each once, within [from, to], runs of the same folded.
 * @param most beyond these the newest are left out, and counted
 */
export function mergeTimeline(
  sources: readonly (readonly IncidentLine[])[],
  { from, to, most }: { from: string; to: string; most: number },
): { lines: IncidentLine[]; leftOut: number } {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const byId = new Map(sources.flat().map((line) => [line.id, line]));
  const within = [...byId.values()].filter(({ at }) => Date.parse(at) >= fromMs && Date.parse(at) <= toMs);
  const lines = folded(within.sort(inOrder));
  return { lines: lines.slice(0, most), leftOut: Math.max(0, lines.length - most) };
}
