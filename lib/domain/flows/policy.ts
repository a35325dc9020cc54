/** What a flow allows a replay to do. A request can only tighten it (invariant 7). Rates are records per second. */
export type ReplayPolicy = {
  /** `origin`, `retry`, `quarantine` or `topic:<name>`. */
  destinations: readonly string[];
  approvals: number;
  approvalTtlMs: number;
  startTtlMs: number;
  requireTicket: boolean;
  maxRecords: number;
  maxBytes: number;
  recordsPerSecond: number;
  maxDurationMs: number;
  maxAttemptsPerLineage: number;
  canary: { records: number; settleMs: number; maxCameBackRatio: number };
  /** Per cent of recordsPerSecond, each held for the canary's settleMs. */
  ramp: readonly number[];
  gates: { maxCameBackRatio: number; maxTargetLagGrowth: number; onFail: 'pause' | 'abort' };
  verify: { waitMs: number; settleMs: number };
  timestamp: 'replay' | 'original';
  removeHeaders: readonly string[];
  /** Whether one person may start a small replay without effects outside alone, to be reviewed afterwards (ADR 22). */
  breakGlass: { allowed: boolean };
  rules: readonly PolicyRule[];
};

/** A rule can only tighten: deny, or ask for more approvals. */
export type PolicyRule = { when: string; then: 'deny' | { approvals: number }; reason: string };

/** In force where neither the flow nor `defaults` of the config say otherwise (config.md). */
export const defaultPolicy: ReplayPolicy = {
  destinations: ['quarantine'],
  approvals: 1,
  approvalTtlMs: 1_800_000,
  startTtlMs: 900_000,
  requireTicket: false,
  maxRecords: 1000,
  maxBytes: 100_000_000,
  recordsPerSecond: 50,
  maxDurationMs: 3_600_000,
  maxAttemptsPerLineage: 3,
  canary: { records: 10, settleMs: 10_000, maxCameBackRatio: 0 },
  ramp: [1, 5, 20, 100],
  gates: { maxCameBackRatio: 0.02, maxTargetLagGrowth: 5000, onFail: 'pause' },
  verify: { waitMs: 600_000, settleMs: 10_000 },
  timestamp: 'replay',
  removeHeaders: [],
  breakGlass: { allowed: false },
  rules: [],
};
