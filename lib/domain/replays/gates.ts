import type { LandingRange } from './batch.ts';
import type { RunGate } from './run.ts';

/** How many of the landed records lie below the target's committed offsets; a partition without one has none. */
export function countPassed(
  landings: readonly LandingRange[],
  watermarks: ReadonlyMap<number, bigint | null>,
): number {
  let passed = 0n;
  for (const { partition, first, last } of landings) {
    const committed = watermarks.get(partition) ?? null;
    if (committed === null || committed <= first) continue;
    passed += (committed > last + 1n ? last + 1n : committed) - first;
  }
  return Number(passed);
}

export const countLanded = (landings: readonly LandingRange[]): number =>
  Number(landings.reduce((sum, { first, last }) => sum + last - first + 1n, 0n));

export type GateFacts = {
  landed: number;
  passed: number;
  cameBack: number;
  /** False where nobody is to consume: a quarantine. */
  hasTarget: boolean;
  target: { state: 'running' | 'stopped' | 'stalled' | 'unknown'; lagRecords: bigint | null };
  baselineLagRecords: bigint | null;
};

export type GateLimits = { maxCameBackRatio: number; maxTargetLagGrowth: number };

/**
 * The gates of a running replay (design.md, "Replay: the life of one"). The came-back ratio is of records with a known outcome: consumed
 * past or come back; with none known yet it is unknown, unless something has already come back.
 */
export function evaluateGates(facts: GateFacts, limits: GateLimits): RunGate[] {
  if (!facts.hasTarget) return [];
  const known = Math.max(facts.passed, facts.cameBack);
  const ratio = known === 0 ? null : facts.cameBack / known;
  const growth =
    facts.target.lagRecords === null || facts.baselineLagRecords === null
      ? null
      : Number(facts.target.lagRecords - facts.baselineLagRecords);
  const stuck = facts.target.state === 'stopped' || facts.target.state === 'stalled';
  return [
    {
      name: 'came_back',
      value: ratio,
      limit: limits.maxCameBackRatio,
      unit: 'ratio',
      state: judge(ratio, limits.maxCameBackRatio),
    },
    {
      name: 'target_lag_growth',
      value: growth,
      limit: limits.maxTargetLagGrowth,
      unit: 'records',
      state: judge(growth, limits.maxTargetLagGrowth),
    },
    {
      name: 'target_stuck',
      value: facts.target.state === 'unknown' ? null : Number(stuck),
      limit: 0,
      unit: 'groups',
      state: facts.target.state === 'unknown' ? 'unknown' : stuck ? 'fails' : 'holds',
    },
  ];
}

const judge = (value: number | null, limit: number): RunGate['state'] =>
  value === null ? 'unknown' : value > limit ? 'fails' : 'holds';

export const gateSentences: Readonly<Record<string, string>> = {
  came_back: 'more records came back than the gate allows',
  target_lag_growth: 'the lag of the target group grew more than the gate allows',
  target_stuck: 'the target group is stopped or stalled',
};
