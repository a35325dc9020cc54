import { amount } from '#lib/domain/replays/sentences.ts';

const inWords: Readonly<Record<string, string>> = {
  already_preserved: 'in the quarantine already',
  decided: 'no longer open',
  not_found: 'not among the indexed dead letters of the topic',
  outside_times: 'not within the times of the selection',
  over_bounds: 'beyond the bounds',
  expired: 'no longer in the topic',
  content_changed: 'not what the index has seen',
  unreadable: 'damaged or too large to expand',
  pointer: 'pointers, which have no value of their own',
  other_origin: 'from another topic than the one they would go back to',
  superseded: 'older copies of a newer or settled dead letter',
  attempts_exhausted: 'tried as often as the policy allows',
  breaks_contract: "breaking today's contract",
  effect_done: 'with their effect done already',
  record_too_large: 'too large for the destination',
};

/** What a plan leaves out, as "3 no longer in the topic". */
export const leftOutInWords = (reasons: Readonly<Record<string, number>>): string[] =>
  Object.entries(reasons).map(([reason, n]) => `${amount(n)} ${inWords[reason] ?? reason}`);
