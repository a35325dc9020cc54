import { checkFlow } from '#lib/domain/checks/check-flow.ts';
import { notKnown } from '#lib/domain/checks/facts.ts';
import type { FlowFinding } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';

const unasked = notKnown('Nothing was asked.');

/** What a declaration contradicts in itself: only what it says alone, without asking anybody. */
export const checkDeclaration = (flows: readonly Flow[], nowMs: number): (FlowFinding & { flow: string })[] =>
  flows.flatMap((flow) =>
    checkFlow(
      {
        flow,
        ...{ topics: unasked, groups: unasked, autoCreate: unasked, sample: unasked, usualLag: unasked },
        subject: null,
        declaredReaders: new Set(),
        expiryLeadMs: 0,
      },
      flow.accepted ?? [],
      nowMs,
    )
      .filter(({ state }) => state === 'fails')
      .map((finding) => ({ ...finding, flow: flow.name })),
  );
