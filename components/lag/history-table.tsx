'use client';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { formatClock, zoneName } from '../ui/format.ts';
import { Duration, Quantity } from '../ui/quantity.tsx';
import type { HistoryPoint } from './prepare-history.ts';

const gap = 'nothing was measured then';

const columnsAt = (now: Date): readonly Column<HistoryPoint>[] => [
  {
    id: 'at',
    header: `From (${zoneName(now)})`,
    help: 'The start of the step; its worst reading is shown',
    cell: (point) => {
      const at = new Date(point.at);
      return (
        <time dateTime={at.toISOString()} title={at.toISOString()} className="whitespace-nowrap tabular-nums">
          {formatClock(at, now)}
        </time>
      );
    },
  },
  {
    id: 'lag',
    header: 'Lag, records',
    align: 'right',
    cell: (point) => <Quantity value={point.exactLag} why={gap} />,
  },
  {
    id: 'lagMs',
    header: 'Time lag',
    align: 'right',
    cell: (point) => <Duration ms={point.lagMs} why={gap} />,
  },
];

/** The chart's points, newest first, in exact numbers. */
export const HistoryTable = ({ points, now }: { points: readonly HistoryPoint[]; now: Date }) => (
  <DataTable
    label="Lag over time"
    rows={[...points].reverse()}
    rowKey={(point) => String(point.at)}
    columns={columnsAt(now)}
  />
);
