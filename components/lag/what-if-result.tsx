'use client';
import type { WhatIfAnswer } from '#lib/contract/what-if.ts';
import { Age } from '../ui/age.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { plural } from '../ui/format.ts';
import { Duration, Quantity } from '../ui/quantity.tsx';
import { type Fact, Facts } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { WhatIfTable } from './what-if-table.tsx';

const nothingKnown = 'no partition of which it is known';

const facts = ({ totals }: WhatIfAnswer): Fact[] => [
  {
    label: 'Partitions moved',
    value: (
      <>
        <Quantity value={totals.moved} /> <span className="text-faint">of {totals.partitions}</span>
        {totals.unknown > 0 ? <span className="text-warn"> · {totals.unknown} can't be told</span> : null}
      </>
    ),
  },
  {
    label: 'Read again, at most',
    help: 'Offsets from the target to the committed offset; markers and compacted records are counted',
    value: <Quantity value={totals.reprocessed} unit="records" why={nothingKnown} />,
  },
  {
    label: 'Never read, at most',
    help: 'Offsets from the committed offset to the target',
    value: (
      <Quantity
        value={totals.skipped}
        unit="records"
        why={nothingKnown}
        className={totals.skipped === null || totals.skipped === '0' ? '' : 'font-medium text-act'}
      />
    ),
  },
  {
    label: 'Asked for and gone',
    help: 'Retention took it',
    value: (
      <Quantity value={totals.expired} unit="records" why="the log can't tell what once stood before it" />
    ),
  },
  { label: 'Lag after', value: <Quantity value={totals.lagRecords} unit="records" why={nothingKnown} /> },
  {
    label: 'Drains in, predicted',
    help: 'The slowest partition, at the rates of now',
    value:
      totals.drainMs === null ? (
        <span className="text-muted">not known: the rates of now do not bring it down</span>
      ) : (
        <Duration ms={totals.drainMs} />
      ),
  },
];

const Conflicts = ({ conflicts }: Pick<WhatIfAnswer, 'conflicts'>) =>
  conflicts.length === 0 ? (
    <p className="flex items-center gap-2 px-2">
      <Sign shape="dot" tone="ok" /> Nothing stands against it: no member is connected.
    </p>
  ) : (
    <ul aria-label="What stands against it" className="flex flex-col gap-1 px-2">
      {conflicts.map((conflict) => (
        <li key={`${conflict.code}${conflict.detail}`} className="flex items-baseline gap-2">
          <Sign
            shape={conflict.blocks ? 'slash' : 'triangle'}
            tone={conflict.blocks ? 'act' : 'warn'}
            className="translate-y-0.5"
          />
          <span className="[overflow-wrap:anywhere]">
            <span className="font-medium">{conflict.blocks ? 'Blocks. ' : 'Warns. '}</span>
            {conflict.detail}
          </span>
        </li>
      ))}
    </ul>
  );

function Command({ command, commandNotes }: Pick<WhatIfAnswer, 'command' | 'commandNotes'>) {
  return (
    <div className="flex flex-col gap-1 px-2">
      {command === null ? null : (
        <>
          <p className="flex items-center justify-between gap-2">
            <span className="label">The same with Kafka's own tool</span>
            <CopyButton text={command} label="command">
              Copy command
            </CopyButton>
          </p>
          <pre className="rounded-md border border-line bg-sunken px-2 py-1.5 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
            {command}
          </pre>
        </>
      )}
      {commandNotes.map((note) => (
        <p key={note} className="text-xs text-muted">
          {note}
        </p>
      ))}
    </div>
  );
}

/** The answer, worst first: what stands against it, what it would cost in all, then the command and every partition. */
export function WhatIfResult({ answer }: { answer: WhatIfAnswer }) {
  return (
    <div className="flex flex-col gap-4">
      <Conflicts conflicts={answer.conflicts} />
      <Facts facts={facts(answer)} className="px-2" />
      <p className="px-2 text-xs text-muted">
        Offsets as Kafka told them <Age at={answer.asOf} />, rates of <Age at={answer.ratesAsOf} />. The group
        is {answer.state.toLowerCase()}
        {answer.members === null ? '' : ` with ${plural(answer.members, 'member')}`}.
      </p>
      <WhatIfTable rows={answer.partitions} />
      <Command command={answer.command} commandNotes={answer.commandNotes} />
    </div>
  );
}
