'use client';
import type { WhatIfPartitionView } from '#lib/contract/what-if.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Duration, OffsetText, Quantity, Unknown } from '../ui/quantity.tsx';

const neverCommitted = 'the group never committed here, so what it has read is not known';
const noDrain = 'the rates of now do not bring the lag down, or they are not known';

const clampWords: Readonly<Record<NonNullable<WhatIfPartitionView['clamp']>, string>> = {
  log_start: 'raised to the log start',
  end: 'lowered to the end',
  no_later_record: 'no record at or after that time: the end',
};

/** Why a number of this row is not known. */
const why = (row: WhatIfPartitionView) =>
  row.failure ?? (row.from === null ? neverCommitted : 'its offsets could not be read');

function Count({ row, value, warn }: { row: WhatIfPartitionView; value: string | null; warn?: boolean }) {
  const quiet = value === '0' ? 'text-faint' : '';
  return (
    <Quantity
      value={value}
      why={why(row)}
      className={warn && value !== '0' ? 'font-medium text-act' : quiet}
    />
  );
}

const columns: readonly Column<WhatIfPartitionView>[] = [
  {
    id: 'partition',
    header: 'Partition',
    cell: (row) => (
      <span className="[overflow-wrap:anywhere]">
        {row.topic}
        <span className="text-faint">-</span>
        {row.partition}
      </span>
    ),
  },
  {
    id: 'from',
    header: 'From',
    align: 'right',
    from: 'sm',
    help: 'The committed offset now',
    cell: (row) =>
      row.from === null ? (
        <Unknown why={why(row)} word={row.failure === null ? 'never committed' : '–'} />
      ) : (
        <OffsetText value={row.from} />
      ),
  },
  {
    id: 'to',
    header: 'To',
    align: 'right',
    cell: (row) => (
      <span className="flex flex-col items-end">
        <OffsetText value={row.to} why={why(row)} />
        {row.clamp === null ? null : <span className="text-2xs text-muted">{clampWords[row.clamp]}</span>}
      </span>
    ),
  },
  {
    id: 'reprocessed',
    header: 'Read again',
    align: 'right',
    help: 'Offsets, so at most as many records',
    cell: (row) => <Count row={row} value={row.reprocessed} />,
  },
  {
    id: 'skipped',
    header: 'Never read',
    align: 'right',
    help: 'Offsets, so at most as many records',
    cell: (row) => <Count row={row} value={row.skipped} warn />,
  },
  {
    id: 'expired',
    header: 'Gone',
    align: 'right',
    from: 'md',
    help: 'Asked for, and retention has taken it',
    cell: (row) =>
      row.expired === null && row.to !== null ? (
        <Unknown why="the oldest record left is already as late as that time: whether earlier ones were, nobody can tell" />
      ) : (
        <Count row={row} value={row.expired} warn />
      ),
  },
  {
    id: 'lag',
    header: 'Lag after',
    align: 'right',
    from: 'md',
    cell: (row) => <Quantity value={row.lagRecords} why={why(row)} />,
  },
  {
    id: 'drain',
    header: 'Drains in',
    align: 'right',
    from: 'lg',
    help: 'At the rates of now',
    cell: (row) => <Duration ms={row.drainMs} why={noDrain} />,
  },
];

/** Every partition that was asked for, by topic and number. */
export const WhatIfTable = ({ rows }: { rows: readonly WhatIfPartitionView[] }) => (
  <DataTable
    label="What it would do, by partition"
    rows={rows}
    rowKey={(row) => `${row.topic}-${row.partition}`}
    columns={columns}
  />
);
