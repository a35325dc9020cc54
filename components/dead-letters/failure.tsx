import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import { plural } from '../ui/format.ts';
import { Section } from '../ui/section.tsx';
import { verdictSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { placed } from './placed.ts';
import { ScrollBox } from './scroll-box.tsx';
import { traceParts } from './trace-parts.ts';
import { visibleText } from './visible-text.ts';

/** What the application said: class, message, causes, and its own frames; the framework's are folded. */
export function Failure({ record }: { record: DeadLetterRecord }) {
  const sign = verdictSigns[record.verdict];
  return (
    <Section title="Failure" aside={<StatusSign sign={sign} />}>
      <div className="flex flex-col gap-2 px-2 py-3">
        <p className="font-mono text-sm font-semibold [overflow-wrap:anywhere]">
          {record.exceptionClass ?? 'No exception class in its headers'}
        </p>
        <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
          {record.exceptionMessage === null ? (
            <span className="text-muted">Its headers carry no message.</span>
          ) : (
            visibleText(record.exceptionMessage)
          )}
        </p>
        {sign.help ? <p className="text-muted">{sign.help}</p> : null}
        {record.exceptionChain.length > 1 ? (
          <ol aria-label="Chain of exceptions" className="flex flex-col text-xs text-muted">
            {placed(record.exceptionChain).map(({ place, item: name }) => (
              <li
                key={place}
                className="[overflow-wrap:anywhere]"
                style={{ paddingLeft: `${place * 0.75}rem` }}
              >
                {place === 0 ? '' : 'caused by '}
                <code>{name}</code>
              </li>
            ))}
          </ol>
        ) : null}
        <Trace trace={record.stacktrace} />
      </div>
    </Section>
  );
}

function Trace({ trace }: { trace: string | null }) {
  if (trace === null) return <p className="text-muted">Its headers carry no stack trace.</p>;
  return (
    <ScrollBox label="Stack trace" className="max-h-80 rounded-md bg-sunken p-3 font-mono text-xs leading-5">
      {placed(traceParts(trace)).map(({ place, item: part }) =>
        part.kind === 'folded' ? (
          <details key={place} className="text-faint">
            <summary className="w-fit font-sans">{plural(part.lines.length, 'framework frame')}</summary>
            <pre className="leading-5">{visibleText(part.lines.join('\n'))}</pre>
          </details>
        ) : (
          <pre key={place} className="leading-5">
            {placed(part.lines).map(({ place: at, item: line }) => (
              <span key={at} className={`block ${line.own ? 'font-medium text-ink' : 'text-muted'}`}>
                {visibleText(line.text)}
              </span>
            ))}
          </pre>
        ),
      )}
    </ScrollBox>
  );
}
