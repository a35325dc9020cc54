'use client';
import { useState } from 'react';
import type { PartitionView } from '#lib/contract/lag.ts';
import { Since } from '../ui/age.tsx';
import { type Column, DataTable, type Sort } from '../ui/data-table.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { Duration, OffsetText, Quantity, Rate, Unknown } from '../ui/quantity.tsx';
import { Section } from '../ui/section.tsx';
import { lagSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { sortPartitions } from './sort-partitions.ts';
import { drainWords, methodWords } from './words.ts';

const columns: readonly Column<PartitionView>[] = [
  {
    id: 'status',
    header: 'Status',
    sort: 'status',
    first: 'asc',
    from: 'sm',
    className: 'w-36',
    cell: (row) => <StatusSign sign={lagSigns[row.status]} />,
  },
  {
    id: 'partition',
    header: 'Partition',
    sort: 'partition',
    cell: (row) => (
      <span className="[overflow-wrap:anywhere]">
        <StatusSign sign={lagSigns[row.status]} shapeOnly className="pr-1.5 sm:hidden" />
        {row.topic}
        <span className="text-faint">-</span>
        {row.partition}
        {row.internalTopic ? <span className="pl-1.5 text-faint">internal</span> : null}
        {row.rewoundFrom === null ? null : (
          <span className="block text-faint">went back from {row.rewoundFrom.offset}</span>
        )}
      </span>
    ),
  },
  {
    id: 'lag',
    header: 'Lag, records',
    sort: 'lag',
    align: 'right',
    help: 'High watermark less max(committed, log start)',
    cell: (row) => (
      <Quantity
        value={row.lagRecords}
        why="committed or end offset not read"
        source={
          row.lagStableRecords === null ? undefined : `${row.lagStableRecords} to the last stable offset`
        }
      />
    ),
  },
  {
    id: 'timeLag',
    header: 'Time lag',
    sort: 'timeLag',
    align: 'right',
    from: 'sm',
    cell: (row) => (
      <Duration
        ms={row.lagMs}
        errorMs={row.lagMsError}
        why="not enough readings to tell"
        source={methodWords(row)}
      />
    ),
  },
  {
    id: 'committed',
    header: 'Committed',
    align: 'right',
    from: 'md',
    cell: (row) => <OffsetText value={row.committed} why="never committed" />,
  },
  {
    id: 'logStart',
    header: 'Log start',
    align: 'right',
    from: 'xl',
    cell: (row) => <OffsetText value={row.logStart} />,
  },
  {
    id: 'lastStable',
    header: 'Last stable',
    align: 'right',
    from: 'xl',
    help: 'What a read_committed reader can reach',
    cell: (row) => <OffsetText value={row.lastStable} />,
  },
  {
    id: 'highWatermark',
    header: 'High watermark',
    align: 'right',
    from: 'lg',
    cell: (row) => <OffsetText value={row.highWatermark} />,
  },
  {
    id: 'expired',
    header: 'Expired',
    align: 'right',
    from: 'lg',
    help: 'Records that retention deleted before they were consumed',
    cell: (row) =>
      row.expiredRecords !== null && row.expiredRecords !== '0' ? (
        <Quantity value={row.expiredRecords} className="font-medium text-act" />
      ) : (
        <Quantity value={row.expiredRecords} className="text-faint" />
      ),
  },
  {
    id: 'rates',
    header: 'In → out',
    align: 'right',
    from: 'lg',
    cell: (row) => (
      <span className="whitespace-nowrap">
        <Rate value={row.produceRate} /> <span className="text-faint">→</span>{' '}
        <Rate value={row.consumeRate} />
      </span>
    ),
  },
  {
    id: 'drain',
    header: 'Drains in',
    align: 'right',
    from: 'xl',
    cell: (row) =>
      row.lagRecords === '0' ? (
        <span className="text-faint">drained</span>
      ) : (
        <Duration
          ms={row.drainMs}
          why="lag does not fall at the present rates"
          source={drainWords(row.drainRangeMs)}
        />
      ),
  },
  {
    id: 'expires',
    header: 'Expires in',
    align: 'right',
    from: 'xl',
    help: 'Until retention may delete the first record that was not consumed',
    cell: (row) => (
      <Duration ms={row.expiryRiskMs} why="nothing waits, or retention has no limit that is known" />
    ),
  },
  {
    id: 'member',
    header: 'Member',
    from: 'md',
    cell: (row) =>
      row.member === null ? (
        <Unknown why="no member has this partition" word="no member" />
      ) : (
        <span
          className="inline-block max-w-48 truncate align-bottom"
          title={`${row.member} ${row.host ?? ''}`}
        >
          {row.member}
          {row.host === null ? null : <span className="text-faint">@{row.host.replace(/^\//, '')}</span>}
        </span>
      ),
  },
  {
    id: 'unchanged',
    header: 'Unchanged for',
    align: 'right',
    from: 'sm',
    help: 'Since the poll that first saw this committed offset',
    cell: (row) =>
      row.committedSince === null ? (
        <Unknown why="no change seen since this collector started" />
      ) : (
        <Since at={row.committedSince} />
      ),
  },
];

/** Every partition of the group, worst first. */
export function Partitions({ partitions }: { partitions: readonly PartitionView[] }) {
  const [sort, setSort] = useState<Sort>({ by: 'status', order: 'asc' });
  return (
    <Section title="Partitions" count={partitions.length}>
      <DataTable
        label="Partitions"
        rows={sortPartitions(partitions, sort)}
        rowKey={(row) => `${row.topic}-${row.partition}`}
        columns={columns}
        sort={sort}
        onSort={setSort}
        empty={
          <EmptyNothing title="No partitions">
            The group has neither committed nor been assigned any.
          </EmptyNothing>
        }
      />
    </Section>
  );
}
