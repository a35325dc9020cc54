/** Named moments of a decision on a replay, in their order; the fault tests end the web process at each of them. */
export const decisionPoints = [
  'decision_checked',
  'decision_written',
  'decision_audited',
  'decision_committed',
] as const;
export type DecisionPoint = (typeof decisionPoints)[number];
