import type { Flow } from '../flow.ts';
import { codesOf, declaredAnswers } from './answers.ts';
import { checkStatements } from './check-statements.ts';
import { guaranteesOf } from './guarantees.ts';
import type { Measured } from './measured.ts';
import { measuredAnswers } from './measured-answers.ts';
import { type Sheet, sheetQuestions } from './sheet.ts';

/**
 * The four questions, answered from the declaration and from what was seen, and each guarantee with its mechanism and where it ends.
 * @param seen null for a declaration that is not in force: nothing that runs speaks for or against it
 */
export function boundarySheet(flow: Flow, seen: Measured | null): Sheet {
  return {
    answers: sheetQuestions.map((question) => ({
      question,
      statements: [
        ...declaredAnswers[question](flow),
        ...(seen === null
          ? []
          : [...measuredAnswers[question](flow, seen), ...checkStatements(seen.checked, codesOf[question])]),
      ],
    })),
    guarantees: guaranteesOf(flow, seen?.checked ?? null).map((guarantee) =>
      seen === null ? { ...guarantee, state: 'said', because: [] } : guarantee,
    ),
  };
}
