import type { FlowFindingView } from '#lib/contract/flows.ts';
import { type FindingKind, findingKind } from '#lib/domain/checks/finding.ts';

const order: readonly FindingKind[] = ['wrong', 'risk', 'unknown', 'accepted'];

type Sorted = Pick<FlowFindingView, 'state' | 'severity' | 'accepted' | 'code'>;

/** What one rule found of one kind is together; worst first, else as they come. */
export const byRule = <T extends Sorted>(findings: readonly T[]): (readonly [T, ...T[]])[] =>
  order.flatMap((kind) => [
    ...Map.groupBy(
      findings.filter((each) => findingKind(each) === kind),
      ({ code }) => code,
    ).values(),
  ]) as [T, ...T[]][];
