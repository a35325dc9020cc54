/** Which dead letters a replay is about. Times are RFC 3339 and bound the record's own timestamp; `to` is exclusive. */
export type Selection = (
  | { fingerprint: string }
  /** `now` is what the filter's own `now` meant when the replay was planned. */
  | { filter: string; now?: string | undefined }
  | { records: readonly { partition: number; offset: string }[] }
  | { all: true }
) & { from?: string | undefined; to?: string | undefined };

/** In words, for the timeline and the report. */
export function describeSelection(selection: Selection): string {
  const range = [
    selection.from ? `from ${selection.from}` : null,
    selection.to ? `before ${selection.to}` : null,
  ].filter((part) => part !== null);
  const what =
    'fingerprint' in selection
      ? `failure group ${selection.fingerprint}`
      : 'filter' in selection
        ? `filter ${selection.filter}${selection.now ? ` with now = ${selection.now}` : ''}`
        : 'records' in selection
          ? `${selection.records.length} chosen records`
          : 'all open dead letters';
  return [what, ...range].join(', ');
}
