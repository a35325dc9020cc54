'use client';
import { type ReactNode, useMemo } from 'react';
import { paths } from '#lib/client/paths.ts';
import type { DeadLetterRow, ListedDeadLetter } from '#lib/contract/dead-letters.ts';
import { Age } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Bytes, Quantity, Unknown } from '../ui/quantity.tsx';
import { dispositionSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { shortClass } from './failure-list.tsx';
import { visibleText } from './visible-text.ts';

export const originText = ({ topic, partition, offset }: DeadLetterRow['origin']): string | null =>
  topic === null || partition === null || offset === null ? null : `${topic}-${partition} @ ${offset}`;

const excerptColumn: Column<ListedDeadLetter> = {
  id: 'excerpt',
  header: 'Value',
  help: 'Its beginning, masked, as it was when it was indexed; the whole value is on the page of the record',
  className: 'max-w-32 sm:max-w-80',
  cell: ({ excerpt }) =>
    excerpt === null ? (
      <Unknown why="no value, one that masks can't read, or one that was indexed before excerpts were kept" />
    ) : (
      <span className="block truncate font-mono text-[0.92em]" title={visibleText(excerpt.text)}>
        {excerpt.form === 'hex' ? <span className="text-muted">hex </span> : null}
        {visibleText(excerpt.text)}
        {excerpt.truncated ? '…' : ''}
      </span>
    ),
};

const columns = (
  withClass: boolean,
  originTopic: string | null,
  withExcerpts: boolean,
): readonly Column<ListedDeadLetter>[] => [
  {
    id: 'coordinate',
    header: 'Record',
    primary: true,
    help: 'Partition @ offset in the dead-letter topic',
    className: 'whitespace-nowrap',
    cell: (row) => (
      <span className="font-mono text-[0.92em]">
        {row.partition} @ {row.offset}
      </span>
    ),
  },
  { id: 'at', header: 'Arrived', align: 'right', cell: (row) => <Age at={row.at} /> },
  {
    id: 'key',
    header: 'Key',
    from: 'sm',
    className: 'max-w-40',
    cell: (row) =>
      row.keyText === null ? (
        <Unknown
          why={
            row.pointer
              ? 'a pointer: its key stands at its source'
              : 'no key, or it is no text, or it is not shown to you'
          }
        />
      ) : (
        <span className="block truncate font-mono text-[0.92em]" title={visibleText(row.keyText)}>
          {visibleText(row.keyText)}
        </span>
      ),
  },
  {
    id: 'failure',
    header: withClass ? 'Failure' : 'Message',
    from: 'md',
    className: 'w-full max-w-0',
    cell: (row) => (
      <span className="block truncate" title={visibleText(row.exceptionMessage ?? '')}>
        {withClass && row.exceptionClass ? (
          <span className="font-medium">{shortClass(row.exceptionClass)} </span>
        ) : null}
        {row.exceptionMessage === null ? (
          <Unknown why="its headers carry no message" />
        ) : (
          <span className="text-muted">{visibleText(row.exceptionMessage)}</span>
        )}
      </span>
    ),
  },
  ...(withExcerpts ? [excerptColumn] : []),
  {
    id: 'origin',
    header: originTopic === null ? 'Origin' : `Origin in ${originTopic}`,
    from: 'xl',
    help: 'Where the record first stood, by its headers',
    className: 'whitespace-nowrap',
    cell: (row) => {
      const text = originText(row.origin);
      return text === null ? (
        <Unknown why="its headers name no complete origin" />
      ) : (
        <span className="font-mono text-[0.92em]" title={text}>
          {row.origin.topic === originTopic ? text.slice(text.lastIndexOf('-') + 1) : text}
        </span>
      );
    },
  },
  {
    id: 'attempts',
    header: 'Attempts',
    align: 'right',
    from: 'lg',
    cell: (row) => <Quantity value={row.attempts} why="its convention counts none" />,
  },
  {
    id: 'bytes',
    header: 'Size',
    align: 'right',
    from: 'lg',
    cell: (row) =>
      row.pointer ? (
        <Unknown why="its value stands at its source, and is shown on its page" word="pointer" />
      ) : (
        <Bytes value={row.valueBytes} why="a tombstone: no value" />
      ),
  },
  {
    id: 'disposition',
    header: 'Disposition',
    cell: (row) => <StatusSign sign={dispositionSigns[row.disposition]} />,
  },
];

export const rowKey = (row: Pick<DeadLetterRow, 'partition' | 'offset'>): string =>
  `${row.partition}:${row.offset}`;

/** Dead letters, newest first; x chooses, shift a range. */
export function RecordsTable({
  cluster,
  topic,
  rows,
  withExcerpts,
  fingerprint,
  originTopic,
  selected,
  onSelect,
  empty,
}: {
  cluster: string;
  topic: string;
  rows: readonly ListedDeadLetter[];
  withExcerpts: boolean;
  fingerprint: string | null;
  /** Where all of them come from, when that is one topic: it is then named once, in the header. */
  originTopic: string | null;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  empty: ReactNode;
}) {
  const table = useMemo(
    () => columns(fingerprint === null, originTopic, withExcerpts),
    [fingerprint, originTopic, withExcerpts],
  );
  return (
    <DataTable
      label="Dead letters"
      rows={rows}
      rowKey={rowKey}
      rowHref={(row) =>
        paths.deadLetterRecord(
          cluster,
          topic,
          row.partition,
          row.offset,
          fingerprint === null ? {} : { fingerprint },
        )
      }
      columns={table}
      selection={{
        selected,
        onChange: onSelect,
        rowLabel: (key) => `record ${key.replace(':', ' @ ')}`,
      }}
      empty={empty}
    />
  );
}
