import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { answer, type EvidenceContext } from './context.ts';

/** As many are told in a sentence. */
const toldMost = 3;

/** Whether the flow's declaration, on which all other answers rest, agrees with what runs (ADR 29). */
export function agreementEvidence(context: EvidenceContext): Evidence {
  const { flow, findings } = context;
  if (flow === null)
    return answer(context, 'agreement', {
      status: 'unknown',
      sentence: 'Nothing is declared that could agree with what runs.',
      why: 'No flow declares this topic.',
    });
  const open = findings.filter(({ state, accepted }) => state === 'fails' && accepted === null);
  const wrong = open.filter(({ severity }) => severity === 'wrong');
  const unknown = findings.filter(({ state }) => state === 'unknown');
  const value = {
    wrong: wrong.length,
    risk: open.length - wrong.length,
    unknown: unknown.length,
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
  if (unknown.length > findings.length / 2)
    return answer(context, 'agreement', {
      status: 'unknown',
      sentence: `Whether the declaration of ${flow.name} agrees with what runs is not known: ${unknown.length} of ${denominator} checks could not be made.`,
      why: unknown[0]?.what ?? 'Nothing could be read.',
      value,
      denominator,
    });
  const notKnown = unknown.length > 0 ? `; ${unknown.length} of ${denominator} checks could not be made` : '';
  return answer(context, 'agreement', {
    status: 'good',
    sentence:
      open.length === 0
        ? `Nothing in the declaration of ${flow.name} disagrees with what runs${notKnown}.`
        : `Nothing in the declaration of ${flow.name} is wrong; ${open.length} ${open.length === 1 ? 'risk is' : 'risks are'} named on its page${notKnown}.`,
    value,
    denominator,
  });
}
