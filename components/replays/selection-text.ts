const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const clock = (value: unknown) => (typeof value === 'string' ? value.slice(0, 19).replace('T', ' ') : null);

/** Which dead letters a replay asked for, in words. The contract leaves the selection open, so what is not known is said. */
export function selectionText(selection: unknown): string {
  const records = field(selection, 'records');
  const fingerprint = field(selection, 'fingerprint');
  const filter = field(selection, 'filter');
  const now = clock(field(selection, 'now'));
  const from = clock(field(selection, 'from'));
  const to = clock(field(selection, 'to'));
  const what = Array.isArray(records)
    ? `${records.length} chosen ${records.length === 1 ? 'record' : 'records'}`
    : typeof fingerprint === 'string'
      ? 'one failure group'
      : typeof filter === 'string'
        ? `the filter ${filter}${now ? ` as of ${now} UTC` : ''}`
        : field(selection, 'all') === true
          ? 'all open dead letters'
          : 'a selection that this page does not know';
  return [what, ...(from ? [`from ${from} UTC`] : []), ...(to ? [`before ${to} UTC`] : [])].join(', ');
}

/** The failure group that was selected; null for other selections. */
export const selectedFingerprint = (selection: unknown): string | null => {
  const fingerprint = field(selection, 'fingerprint');
  return typeof fingerprint === 'string' ? fingerprint : null;
};
