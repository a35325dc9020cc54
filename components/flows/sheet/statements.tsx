import type { FlowSheet, SheetGuarantee, SheetStatement } from '#lib/contract/flow-sheet.ts';
import { Age } from '../../ui/age.tsx';
import { Section } from '../../ui/section.tsx';
import { statementSigns } from '../../ui/signs.ts';
import { StatusSign } from '../../ui/status-sign.tsx';
import { questionWords, sourceWords } from './sheet-words.ts';

function Line({ statement: { text, state, source, asOf } }: { statement: SheetStatement }) {
  return (
    <li className="grid break-inside-avoid items-baseline gap-x-4 border-b border-line px-2 py-1.5 sm:grid-cols-[8rem_minmax(0,1fr)_10rem] print:grid-cols-[7rem_minmax(0,1fr)_9rem]">
      <StatusSign
        sign={statementSigns[state]}
        word={state === 'said' && source !== 'declared' ? 'as seen' : undefined}
      />
      <span className="[overflow-wrap:anywhere]">{text}</span>
      <span className="text-xs text-muted">
        {sourceWords[source]}
        {asOf === null ? null : (
          <>
            , <Age at={asOf} />
          </>
        )}
      </span>
    </li>
  );
}

/** The four questions, each with what is declared, what was found and what was measured. */
export const Answers = ({ sheet }: { sheet: FlowSheet }) =>
  sheet.answers.map(({ question, statements }) => (
    <Section key={question} title={questionWords[question]}>
      <ul>
        {statements.map((statement) => (
          <Line key={`${statement.source} ${statement.text}`} statement={statement} />
        ))}
      </ul>
    </Section>
  ));

const Term = ({ name, text }: { name: string; text: string }) => (
  <p>
    <span className="text-muted">{name} </span>
    {text}
  </p>
);

/** Each promise with what keeps it and where it ends. */
export const Guarantees = ({ guarantees }: { guarantees: readonly SheetGuarantee[] }) => (
  <Section title="What is guaranteed, by what, and where it ends" count={guarantees.length}>
    <ul>
      {guarantees.map(({ what, mechanism, ends, state, because }) => (
        <li
          key={what}
          className="grid break-inside-avoid items-baseline gap-x-4 gap-y-1 border-b border-line px-2 py-2 sm:grid-cols-[8rem_minmax(0,1fr)] print:grid-cols-[7rem_minmax(0,1fr)]"
        >
          <StatusSign sign={statementSigns[state]} />
          <div className="flex max-w-[100ch] flex-col gap-0.5 [overflow-wrap:anywhere]">
            <p className="font-medium">{what}</p>
            <Term name="By" text={mechanism} />
            <Term name="Ends" text={ends} />
            {because.map((reason) => (
              <Term key={reason} name={state === 'unknown' ? 'Not known:' : 'But'} text={reason} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  </Section>
);
