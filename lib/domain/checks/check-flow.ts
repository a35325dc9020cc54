import type { Acceptance, Check, CheckCode, Verdict } from './check.ts';
import { contractAbsent, contractBroken, contractUnguarded } from './contract-checks.ts';
import { effectKeyNotFound, effectWithoutKey, keysMissing, safeWithExternalEffect } from './effect-checks.ts';
import type { FlowFacts } from './facts.ts';
import type { FlowFinding } from './finding.ts';
import {
  deadLettersCompacted,
  deadLettersKeptTooShort,
  quarantineMissing,
  sourceKeptTooShort,
} from './keeping-checks.ts';
import { objectiveTooTight } from './objective-checks.ts';
import { groupAbsent, readsUncommitted, undeclaredReader } from './reader-checks.ts';
import { acknowledgedCanBeLost, autoCreatedTopics, partitionsDiffer, topicAbsent } from './topic-checks.ts';

/** All rules of agreement; worst first where a page lists them. */
export const flowChecks: readonly Check<FlowFacts>[] = [
  topicAbsent,
  groupAbsent,
  safeWithExternalEffect,
  effectWithoutKey,
  effectKeyNotFound,
  readsUncommitted,
  deadLettersKeptTooShort,
  deadLettersCompacted,
  sourceKeptTooShort,
  keysMissing,
  contractAbsent,
  undeclaredReader,
  partitionsDiffer,
  quarantineMissing,
  contractBroken,
  contractUnguarded,
  acknowledgedCanBeLost,
  autoCreatedTopics,
  objectiveTooTight,
];

const acceptanceOf = (
  accepted: readonly Acceptance[],
  code: CheckCode,
  { where, state }: Verdict,
  nowMs: number,
): FlowFinding['accepted'] => {
  if (state === 'passes') return null;
  const found = accepted.find(
    (each) => each.check === code && (each.where === null || each.where === where) && nowMs < each.untilMs,
  );
  return found ? { reason: found.reason, untilMs: found.untilMs } : null;
};

/** Holds a declaration against itself and against what was measured. Pure and total; in the order of `flowChecks`. */
export const checkFlow = (facts: FlowFacts, accepted: readonly Acceptance[], nowMs: number): FlowFinding[] =>
  flowChecks.flatMap(({ code, severity, why, judge }) =>
    judge(facts).map((verdict) => ({
      ...verdict,
      code,
      severity,
      why,
      accepted: acceptanceOf(accepted, code, verdict, nowMs),
    })),
  );
