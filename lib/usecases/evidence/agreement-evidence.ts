import { asAcceptedNow, type FlowFinding } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { answer, type EvidenceContext, type PlanningContext } from './context.ts';

/** The worker looks every half minute; where four looks are missing, nothing rests on what was seen before. */
const freshMs = 120_000;
/** As many are told in a sentence. */
const toldMost = 3;

/** Whether the flow's declaration, on which all other answers rest, agrees with what runs (ADR 29), as a look of the plan's own has found. */
export function agreementFound(context: PlanningContext): Evidence {
  const { flow, findings } = context;
  return flow === null ? undeclared(context) : agreement(context, flow, findings);
}

/** The same by the worker's last look: for what is asked again every time somebody looks at a plan, or decides on it. */
export async function agreementEvidence(context: EvidenceContext): Promise<Evidence> {
  const { flow, stores, now } = context;
  if (flow === null) return undeclared(context);
  const row = await stores.flowChecks.of(flow.cluster, flow.name);
  if (row?.hash !== flowHash(flow) || now.getTime() - row.asOf.getTime() > freshMs)
    return answer(context, 'agreement', {
      status: 'unknown',
      sentence: `Whether the declaration of ${flow.name} agrees with what runs is not known.`,
      why: row
        ? 'The worker has not looked at this version of it lately.'
        : 'The worker has not looked at it yet.',
    });
  return agreement(context, flow, asAcceptedNow(row.findings, now.getTime()));
}

const undeclared = (context: EvidenceContext): Evidence =>
  answer(context, 'agreement', {
    status: 'unknown',
    sentence: 'Nothing is declared that could agree with what runs.',
    why: 'No flow declares this topic.',
  });

/** @param findings their acceptances as of now */
function agreement(context: EvidenceContext, flow: Flow, findings: readonly FlowFinding[]): Evidence {
  const open = findings.filter(({ state, accepted }) => state === 'fails' && accepted === null);
  const wrong = open.filter(({ severity }) => severity === 'wrong');
  const value = {
    wrong: wrong.length,
    risk: open.length - wrong.length,
    codes: [...new Set(open.map(({ code }) => code))],
  };
  const denominator = findings.length;
  if (wrong.length > 0)
    return answer(context, 'agreement', {
      status: 'warns',
      sentence: `The declaration of ${flow.name} does not agree with what runs: ${wrong
        .slice(0, toldMost)
        .map(({ what }) => what)
        .join(' ')}${wrong.length > toldMost ? ` And ${wrong.length - toldMost} more.` : ''}`,
      value,
      denominator,
    });
  return answer(context, 'agreement', {
    status: 'good',
    sentence:
      open.length === 0
        ? `The declaration of ${flow.name} agrees with what runs.`
        : `Nothing in the declaration of ${flow.name} is wrong; ${open.length} ${open.length === 1 ? 'risk is' : 'risks are'} named on its page.`,
    value,
    denominator,
  });
}
