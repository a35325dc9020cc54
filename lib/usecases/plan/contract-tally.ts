import type { ManifestEntry } from '#lib/domain/replays/manifest.ts';
import type { CheckedContract } from '#lib/domain/schemas/contract.ts';

/** What was found of one record; `not_reached` where the time was over before. */
export type PlannedCheck = CheckedContract | { state: 'not_reached' };

type Place = Pick<ManifestEntry, 'partition' | 'offset'>;
export type FailingRecord = Place & Omit<Extract<PlannedCheck, { state: 'violates' }>, 'state'>;

/** How many records said what of the contract. Its size does not grow with theirs. */
export type ContractCounts = {
  counts: Readonly<Record<PlannedCheck['state'], number>>;
  /** Some of those that break it, the first ones. */
  failing: readonly FailingRecord[];
  /** Where it is broken, the most frequent place first. */
  paths: readonly { path: string; records: number }[];
  /** What most of those give as a reason of which it is not known; null where all are. */
  why: string | null;
};

const failingMax = 5;
/** A payload may make up as many paths as it likes; those that turn up later are counted no more. */
const distinctMax = 1000;

function countIn(counts: Map<string, number>, of: string): void {
  const n = counts.get(of);
  if (n !== undefined || counts.size < distinctMax) counts.set(of, (n ?? 0) + 1);
}
const mostFirst = (counts: ReadonlyMap<string, number>) => [...counts].sort(([, a], [, b]) => b - a);

export function createContractTally(): {
  add(place: Place, verdict: PlannedCheck): void;
  counted(): ContractCounts;
} {
  const counts = { fits: 0, violates: 0, no_value: 0, unknown: 0, not_reached: 0 };
  const failing: FailingRecord[] = [];
  const paths = new Map<string, number>();
  const reasons = new Map<string, number>();
  return {
    add({ partition, offset }, verdict) {
      counts[verdict.state]++;
      if (verdict.state === 'unknown') countIn(reasons, verdict.why);
      if (verdict.state !== 'violates') return;
      const { path, expected, found } = verdict;
      if (path !== null) countIn(paths, path);
      if (failing.length < failingMax) failing.push({ partition, offset, path, expected, found });
    },
    counted: () => ({
      counts: { ...counts },
      failing: [...failing],
      paths: mostFirst(paths).map(([path, records]) => ({ path, records })),
      why: mostFirst(reasons)[0]?.[0] ?? null,
    }),
  };
}
