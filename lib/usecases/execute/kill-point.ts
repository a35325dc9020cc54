/** Named moments of an execution, in their order; the fault tests end the process at each of them. */
export const killPoints = [
  'claimed',
  'producer_open',
  'intent_written',
  'records_sent',
  'before_commit',
  'after_commit',
  'before_outcome',
  'outcome_written',
  'before_audit',
] as const;
export type KillPoint = (typeof killPoints)[number];
