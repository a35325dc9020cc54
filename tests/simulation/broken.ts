/** Parts that a mutation test takes out of the simulated world, to see that the simulation misses them. */
export const brokenParts = [
  /** InitProducerId hands the same epoch out again and lets the open transaction be. */
  'no_fencing',
  /** The cursor is committed at once and not with the transaction. */
  'cursor_outside_transaction',
  /** A lease is believed to be held, whatever its token. */
  'lease_without_token',
  /** A cursor that is gone is answered as one at the beginning. */
  'missing_cursor_is_zero',
  /** The row that says who holds the lease is not locked until the intent is there. */
  'lease_not_locked',
  /** Intents are acknowledged and not kept. */
  'intents_not_kept',
  /** Settling a batch overwrites what another has settled, and counts again. */
  'settled_twice',
  /** Whether the current policy is the sealed one is not told. */
  'policy_not_compared',
  /** A draft is kept a second time. */
  'drafted_twice',
  /** Of the letters that came back the last is not told. */
  'returned_letter_forgotten',
  /** Somebody who was never asked counts among the approvers. */
  'approvals_made_up',
  /** What was decided about a letter in the meantime is overwritten by what comes late. */
  'holds_not_asked',
  /** Which batch was settled last is not told. */
  'last_outcome_forgotten',
  /** Attempts that were noted ahead and did not come to be stay noted. */
  'attempts_not_forgotten',
  /** Every shard is told that the whole rate is its own. */
  'rate_not_shared',
  /** Whether the gates were judged lately is not asked. */
  'gates_not_asked',
] as const;
export type BrokenPart = (typeof brokenParts)[number];
