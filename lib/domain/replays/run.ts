/** RFC 3339, UTC, milliseconds. */
type Instant = string;

/** One step of the life: the first batch, the ramp, the verification. */
export type RunStep = {
  name: string;
  state: 'waiting' | 'running' | 'passed' | 'failed';
  recordsPerSecond: number | null;
  /** How many the step sends; null where time bounds it. */
  records: number | null;
  startedAt: Instant | null;
  finishedAt: Instant | null;
};

/** A gate as it was last evaluated; `unknown` never counts as holding where the gate decides. */
export type RunGate = {
  name: string;
  value: number | null;
  limit: number;
  unit: string;
  state: 'holds' | 'fails' | 'unknown';
};

/** What the read-back by the other client found, of how many; ordinals where it did not fit. */
export type ReadBackResult = {
  method: string;
  checked: number;
  equal: number;
  different: readonly number[];
  missing: readonly number[];
  orderHeld: boolean;
  /** Of these, what was diverted, and read back in the quarantine; absent where nothing was. */
  diverted?: { topic: string; checked: number; equal: number };
  at: Instant;
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
  /** What had been counted when the last round was approved: the came-back gate looks at what was sent after that. */
  countedBefore: { passed: number; cameBack: number };
  /** Lag of the target groups when the replay started, decimal string; null = unknown. */
  baselineLagRecords: string | null;
  /** When everything that was sent so far was first seen consumed past; null while something waits. */
  passedAt: Instant | null;
  /** Next ordinal at that time. */
  passedTo: number | null;
  /** Since when the state of the target has not been known, look after look; null, or not there, while it is. */
  unknownSince?: Instant | null;
  readBack: ReadBackResult | null;
  /** Merkle roots over the outcomes, kept in the audit. */
  executionRoot: string | null;
  verificationRoot: string | null;
  /**
   * While its verification is being closed: the root that it will have, and up to which ordinal what that says stands at the dead letters. Another root
   * is closed from the beginning, and takes back what an earlier one may have said of any page: so does every worker that goes on with it.
   */
  closing?: { root: string; next: number; takesBack?: true };
};

/** The life as a line of steps, all but the first still waiting. */
export function initialRun(
  plan: {
    ramp: readonly number[];
    manifest: { records: number };
    diversion?: { firstBatchEntries: number };
  },
  terms: { canaryRecords: number; recordsPerSecond: number },
  startedAt: Date,
): ReplayRun {
  // What is diverted tells nothing of the destination: the first batch goes as far as it has its records without them.
  const first = Math.min(plan.diversion?.firstBatchEntries ?? terms.canaryRecords, plan.manifest.records);
  const waiting = { state: 'waiting', startedAt: null, finishedAt: null } as const;
  return {
    stepIndex: 0,
    approvalRound: 0,
    gates: [],
    countedBefore: { passed: 0, cameBack: 0 },
    baselineLagRecords: null,
    passedAt: null,
    passedTo: null,
    readBack: null,
    executionRoot: null,
    verificationRoot: null,
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

/**
 * Since when everything is consumed past: since the look that first saw it. A look that lies ahead was dated by a clock that is wrong, and
 * nothing waits for that time to come.
 */
export const passedSince = (before: Instant | null, lookedAt: Date): Instant =>
  before !== null && Date.parse(before) <= lookedAt.getTime() ? before : lookedAt.toISOString();
