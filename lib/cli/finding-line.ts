import type { FlowFinding } from '#lib/domain/checks/finding.ts';

/** One finding on one line of a terminal. */
export const findingLine = (flow: string, { code, where, what, fix, accepted }: FlowFinding): string =>
  accepted
    ? `${flow}: ${code} (${where}): ${what} Accepted until ${new Date(accepted.untilMs).toISOString().slice(0, 10)}: ${accepted.reason}`
    : `${flow}: ${code} (${where}): ${what}${fix === null ? '' : ` ${fix}`}`;
