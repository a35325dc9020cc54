/** What Sluice can alert about: the closed list of `notify[].on` (config.md). */
export const alertKinds = [
  'slo_burn',
  'dead_letters_burst',
  'approval_wanted',
  'review_wanted',
  'replay_gate_failed',
  'expiry_soon',
  'group_stuck',
  'group_ahead',
  'records_expired',
  'cluster_degraded',
  'declaration_wrong',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/**
 * How long a condition has to hold before it is told, how long it has to be gone before that is told, and after how long one that still
 * holds is told again (null: once is enough).
 */
export type Timing = { holdMs: number; quietMs: number; repeatMs: number | null };

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Decisions of people are told at once; what machines do has to hold, so that a flapping one stays silent. */
export const timings: Readonly<Record<AlertKind, Timing>> = {
  slo_burn: { holdMs: minuteMs, quietMs: 5 * minuteMs, repeatMs: 4 * hourMs },
  dead_letters_burst: { holdMs: 30 * secondMs, quietMs: 10 * minuteMs, repeatMs: 4 * hourMs },
  approval_wanted: { holdMs: 0, quietMs: 0, repeatMs: null },
  review_wanted: { holdMs: 0, quietMs: 0, repeatMs: 4 * hourMs },
  replay_gate_failed: { holdMs: 0, quietMs: 0, repeatMs: null },
  expiry_soon: { holdMs: minuteMs, quietMs: 5 * minuteMs, repeatMs: 12 * hourMs },
  group_stuck: { holdMs: 15 * secondMs, quietMs: minuteMs, repeatMs: 4 * hourMs },
  group_ahead: { holdMs: 15 * secondMs, quietMs: minuteMs, repeatMs: 12 * hourMs },
  records_expired: { holdMs: 15 * secondMs, quietMs: minuteMs, repeatMs: 12 * hourMs },
  cluster_degraded: { holdMs: 15 * secondMs, quietMs: minuteMs, repeatMs: 4 * hourMs },
  // A deploy of several parts disagrees with itself for a moment.
  declaration_wrong: { holdMs: 2 * minuteMs, quietMs: 2 * minuteMs, repeatMs: 24 * hourMs },
};
