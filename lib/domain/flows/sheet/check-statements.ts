import type { CheckCode } from '../../checks/check.ts';
import type { FlowFinding } from '../../checks/finding.ts';
import type { Measured } from './measured.ts';
import type { Statement, StatementState } from './sheet.ts';

export const stateOf = ({ state, accepted }: FlowFinding): StatementState => {
  if (state === 'passes') return 'holds';
  return accepted ? 'accepted' : state;
};

/** What these rules found, each that did not pass on its own, and the rest counted. Before anybody has looked it is unknown. */
export function checkStatements(checked: Measured['checked'], codes: readonly CheckCode[]): Statement[] {
  if (checked === null)
    return [
      {
        source: 'checked',
        text: 'Whether this agrees with what runs is not known: the worker has not looked at this declaration yet.',
        state: 'unknown',
        asOfMs: null,
      },
    ];
  const { asOfMs } = checked;
  const found = checked.findings.filter(({ code }) => codes.includes(code));
  const open = found.filter(({ state }) => state !== 'passes');
  const passed = found.length - open.length;
  return [
    ...open.map(
      (finding): Statement => ({
        source: 'checked',
        text: finding.accepted ? `${finding.what} Lived with: ${finding.accepted.reason}` : finding.what,
        state: stateOf(finding),
        asOfMs,
      }),
    ),
    ...(passed === 0
      ? []
      : [
          {
            ...({ source: 'checked', state: 'holds', asOfMs } as const),
            text: passed === 1 ? 'One check of this passed.' : `${passed} checks of this passed.`,
          },
        ]),
  ];
}
