import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { amount, countOf } from '#lib/domain/replays/sentences.ts';
import { answer, type PlanningContext } from './context.ts';
import { contractInWords } from './contract-evidence.ts';

const pathsMax = 5;

/** Which of the frozen records go to the quarantine instead of the destination, and why (ADR 26). */
export function diversionEvidence(
  context: Pick<PlanningContext, 'now' | 'destination' | 'frozen' | 'diverted' | 'contract' | 'policy'>,
): Evidence {
  const { diverted, destination, frozen, contract, policy } = context;
  const { records } = frozen.summary;
  if (!diverted)
    return answer(context, 'diversion', {
      status: 'good',
      sentence:
        destination.kind === 'quarantine'
          ? 'Everything goes to the quarantine itself.'
          : 'No frozen record is diverted to a quarantine.',
      value: { records: 0, ratio: 0, topic: null, reasons: {}, paths: [] },
      denominator: records,
    });
  const { breaks_contract: breaking = 0, attempts_exhausted: exhausted = 0 } = diverted.reasons;
  const words = contractInWords(contract.state === 'checked' ? contract.contract : null);
  const why = [
    ...(breaking > 0 ? [`${amount(breaking)} ${breaking === 1 ? 'breaks' : 'break'} ${words}`] : []),
    ...(exhausted > 0
      ? [
          `${amount(exhausted)} ${exhausted === 1 ? 'was' : 'were'} tried as often as the policy allows (${policy.maxAttemptsPerLineage})`,
        ]
      : []),
  ];
  return answer(context, 'diversion', {
    status: 'warns',
    sentence: `${amount(diverted.records)} of ${countOf(records, 'record')} ${diverted.records === 1 ? 'goes' : 'go'} to the quarantine ${diverted.topic} instead: ${why.join('; ')}.`,
    value: {
      ...{ records: diverted.records, ratio: diverted.records / records, topic: diverted.topic },
      ...{
        reasons: { ...diverted.reasons },
        paths: contract.state === 'checked' ? contract.paths.slice(0, pathsMax) : [],
      },
    },
    denominator: records,
  });
}
