/** RFC 3339, UTC, milliseconds. */
type Instant = string;

export type RunStep = {
  name: string;
  state: 'waiting' | 'running' | 'passed' | 'failed';
  recordsPerSecond: number | null;
  /** How many the step sends; null where time bounds it. */
  records: number | null;
  startedAt: Instant | null;
  finishedAt: Instant | null;
};

export type RunGate = {
  name: string;
  value: number | null;
  limit: number;
  unit: string;
  state: 'holds' | 'fails' | 'unknown';
};

/** Where the executor stands; written by the worker alone, except `start` which writes the first one. */
export type ReplayRun = {
  /** Index in `steps`. */
  stepIndex: number;
  steps: readonly RunStep[];
  gates: readonly RunGate[];
  /**
   * Grows when a came-back gate fails: the rest then needs approvals of that round (design.md, ramping).
   * The first approvals are of round 0.
   */
  approvalRound: number;
};

/** The life as a line of steps, all but the first still waiting. */
export function initialRun(
  plan: { ramp: readonly number[]; manifest: { records: number } },
  terms: { canaryRecords: number; recordsPerSecond: number },
  startedAt: Date,
): ReplayRun {
  const first = Math.min(terms.canaryRecords, plan.manifest.records);
  const waiting = { state: 'waiting', startedAt: null, finishedAt: null } as const;
  return {
    stepIndex: 0,
    approvalRound: 0,
    gates: [],
    steps: [
      {
        name: 'first batch',
        state: 'running',
        recordsPerSecond: terms.recordsPerSecond,
        records: first,
        startedAt: startedAt.toISOString(),
        finishedAt: null,
      },
      ...plan.ramp.map((percent) => ({
        name: `${percent}%`,
        recordsPerSecond: (terms.recordsPerSecond * percent) / 100,
        records: null,
        ...waiting,
      })),
      { name: 'verification', recordsPerSecond: null, records: plan.manifest.records, ...waiting },
    ],
  };
}
