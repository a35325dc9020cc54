'use client';
import { Age } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Duration, Quantity } from '../ui/quantity.tsx';
import type { HistoryPoint } from './prepare-history.ts';

const gap = 'nothing was measured then';
const columns: readonly Column<HistoryPoint>[] = [
  { id: 'at', header: 'Time', cell: (point) => <Age at={new Date(point.at).toISOString()} /> },
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

/** The chart's points, newest first. */
export const HistoryTable = ({ points }: { points: readonly HistoryPoint[] }) => (
  <DataTable
    label="Lag over time"
    rows={[...points].reverse()}
    rowKey={(point) => String(point.at)}
    columns={columns}
  />
);
