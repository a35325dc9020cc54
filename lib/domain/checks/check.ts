/** Every way in which a declaration and what runs can disagree, or a declaration with itself. Stable: acceptances refer to these. */
export const checkCodes = [
  'topic_absent',
  'auto_created_topics',
  'acknowledged_can_be_lost',
  'group_absent',
  'undeclared_reader',
  'reads_uncommitted',
  'dead_letters_kept_too_short',
  'source_kept_too_short',
  'dead_letters_compacted',
  'quarantine_missing',
  'keys_missing',
  'partitions_differ',
  'effect_without_key',
  'effect_key_not_found',
  'safe_with_external_effect',
  'contract_absent',
  'contract_unguarded',
  'contract_broken',
  'objective_too_tight',
] as const;
export type CheckCode = (typeof checkCodes)[number];

/** `wrong`: a replay or a guarantee rests on what is not so. `risk`: it holds today, and nothing makes it hold. */
export type CheckSeverity = 'wrong' | 'risk';

/** What one check says of one thing. `unknown` is never taken for good. */
export type Verdict = {
  /** The topic, group, effect or subject that was looked at. */
  where: string;
  state: 'passes' | 'fails' | 'unknown';
  /** What was found; for `unknown` why it is not known. */
  what: string;
  /** What to do about it; null when it passes. */
  fix: string | null;
};

/** A rule of agreement: what it is called, why it matters when something has to be recovered, and how it is judged. */
export type Check<Facts> = {
  code: CheckCode;
  severity: CheckSeverity;
  /** Why it matters for recovery, in one sentence. */
  why: string;
  /** One verdict for each thing that it looks at; none where it does not apply. Pure and total. */
  judge: (facts: Facts) => readonly Verdict[];
};

/** A disagreement that somebody has decided to live with, until a day. */
export type Acceptance = { check: CheckCode; where: string | null; reason: string; untilMs: number };

export const passes = (where: string, what: string): Verdict => ({ where, state: 'passes', what, fix: null });
export const fails = (where: string, what: string, fix: string): Verdict => ({
  where,
  state: 'fails',
  what,
  fix,
});
export const unknown = (where: string, what: string, fix: string): Verdict => ({
  where,
  state: 'unknown',
  what,
  fix,
});
