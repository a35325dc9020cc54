import { type Check, fails, passes, unknown } from './check.ts';
import type { FlowFacts } from './facts.ts';

const subjectOf = ({ flow }: FlowFacts): string | null => {
  const { contract } = flow.boundary;
  return contract !== null && 'subject' in contract ? contract.subject : null;
};
const lookAgain = 'Look again once the schema registry answers.';

export const contractAbsent: Check<FlowFacts> = {
  code: 'contract_absent',
  severity: 'wrong',
  why: 'Nobody can say whether a record that failed would be accepted today.',
  judge: (facts) => {
    const subject = subjectOf(facts);
    if (subject === null || facts.subject === null) return [];
    if (!facts.subject.known) return [unknown(subject, facts.subject.why, lookAgain)];
    return [
      facts.subject.value.exists
        ? passes(subject, `The subject ${subject} is registered.`)
        : fails(
            subject,
            `The schema registry knows no subject ${subject}.`,
            'Register it, or correct the subject in the declaration.',
          ),
    ];
  },
};

export const contractUnguarded: Check<FlowFacts> = {
  code: 'contract_unguarded',
  severity: 'risk',
  why: 'The next version may refuse every record that waits in the dead-letter topic.',
  judge: (facts) => {
    const subject = subjectOf(facts);
    if (subject === null || !facts.subject?.known || !facts.subject.value.exists) return [];
    const { compatibility } = facts.subject.value;
    if (compatibility === null)
      return [unknown(subject, `The registry did not tell what ${subject} is held to.`, lookAgain)];
    return [
      compatibility.toUpperCase() === 'NONE'
        ? fails(
            subject,
            `New versions of ${subject} are held to nothing (compatibility NONE).`,
            `Set the compatibility of ${subject} to BACKWARD or stricter.`,
          )
        : passes(subject, `New versions of ${subject} are held to ${compatibility}.`),
    ];
  },
};

export const contractBroken: Check<FlowFacts> = {
  code: 'contract_broken',
  severity: 'risk',
  why: 'What breaks the contract today fails again when it is sent on.',
  judge: ({ flow, sample }) => {
    if (flow.boundary.contract === null || flow.deadLetters === null) return [];
    const where = flow.deadLetters;
    if (!sample.known) return [unknown(where, sample.why, 'Look again once the dead letters can be read.')];
    const { contract, records } = sample.value;
    if (records === 0) return [];
    if (contract === null || contract.checked === 0)
      return [unknown(where, 'No dead letter could be held against the contract.', lookAgain)];
    return [
      contract.broken === 0
        ? passes(where, `All ${contract.checked} dead letters looked at fit the contract.`)
        : fails(
            where,
            `${contract.broken} of ${contract.checked} dead letters looked at break the contract${contract.example ? `, one at ${contract.example}` : ''}.`,
            'Have the producer corrected, or the contract; until then send these to the quarantine.',
          ),
    ];
  },
};
