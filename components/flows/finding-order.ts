import type { FlowFindingView } from '#lib/contract/flows.ts';

/** What a finding that did not pass is to the reader. */
export type FindingKind = 'wrong' | 'risk' | 'unknown' | 'accepted';

export function findingKind({
  state,
  severity,
  accepted,
}: Pick<FlowFindingView, 'state' | 'severity' | 'accepted'>): FindingKind {
  if (accepted !== null) return 'accepted';
  return state === 'unknown' ? 'unknown' : severity;
}

const order: readonly FindingKind[] = ['wrong', 'risk', 'unknown', 'accepted'];

/** Worst first, else as they come. */
export const inOrder = <T extends Pick<FlowFindingView, 'state' | 'severity' | 'accepted'>>(
  findings: readonly T[],
): T[] => findings.toSorted((a, b) => order.indexOf(findingKind(a)) - order.indexOf(findingKind(b)));
