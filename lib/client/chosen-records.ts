/** Chosen dead letters as they stand in an address: `0:5,9-12;3:88412`, partitions and offsets ascending. */
export type Chosen = { partition: number; offset: string };

export const chosenKey = ({ partition, offset }: Chosen): string => `${partition}:${offset}`;

export function chosenOfKey(key: string): Chosen | null {
  const match = /^(\d{1,9}):(\d{1,19})$/.exec(key);
  return match?.[1] && match[2] ? { partition: Number(match[1]), offset: match[2] } : null;
}

const runsOf = (offsets: readonly bigint[]): string => {
  const runs: [bigint, bigint][] = [];
  for (const offset of offsets) {
    const last = runs.at(-1);
    if (last && offset === last[1] + 1n) last[1] = offset;
    else if (last?.[1] !== offset) runs.push([offset, offset]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
};

export function chosenText(records: readonly Chosen[]): string {
  const byPartition = Map.groupBy(records, (record) => record.partition);
  return [...byPartition.entries()]
    .sort(([a], [b]) => a - b)
    .map(([partition, of]) => {
      const offsets = of.map((record) => BigInt(record.offset)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      return `${partition}:${runsOf(offsets)}`;
    })
    .join(';');
}

/** As many as one request may name. */
export const chosenMax = 10_000;
/** An address longer than this is cut by some proxies. */
export const chosenTextMax = 6000;

/** Reads `chosenText` back; what is not of its form, or more than one request may name, gives nothing. */
export function readChosen(text: string | null): Chosen[] {
  const found: Chosen[] = [];
  for (const part of (text ?? '').split(';')) {
    const [partition = '', runs = ''] = part.split(':');
    if (!/^\d{1,9}$/.test(partition)) continue;
    for (const run of runs.split(',')) {
      const match = /^(\d{1,19})(?:-(\d{1,19}))?$/.exec(run);
      if (!match?.[1]) continue;
      const last = BigInt(match[2] ?? match[1]);
      for (let offset = BigInt(match[1]); offset <= last; offset += 1n) {
        if (found.length >= chosenMax) return [];
        found.push({ partition: Number(partition), offset: `${offset}` });
      }
    }
  }
  return found;
}
