import type { CheckCode, CheckSeverity, Verdict } from './check.ts';

/** One verdict of one check on a flow. */
export type FlowFinding = Verdict & {
  code: CheckCode;
  severity: CheckSeverity;
  why: string;
  /** Somebody has decided to live with it; null where nobody has, or not any more. */
  accepted: { reason: string; untilMs: number } | null;
};

/** What a finding that did not pass is to whoever reads it. */
export type FindingKind = 'wrong' | 'risk' | 'unknown' | 'accepted';

export const findingKind = ({
  state,
  severity,
  accepted,
}: Pick<FlowFinding, 'state' | 'severity'> & { accepted: unknown }): FindingKind => {
  if (accepted !== null) return 'accepted';
  return state === 'unknown' ? 'unknown' : severity;
};

/** Findings as they stand now: an acceptance ends on its day, whenever they were found. */
export const asAcceptedNow = <T extends Pick<FlowFinding, 'accepted'>>(
  findings: readonly T[],
  nowMs: number,
): T[] =>
  findings.map((each) =>
    each.accepted && nowMs >= each.accepted.untilMs ? { ...each, accepted: null } : each,
  );
