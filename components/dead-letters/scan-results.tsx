import type { TopicPlace } from '#lib/client/dead-letter-acts.ts';
import { paths } from '#lib/client/paths.ts';
import type { ScanFound } from '#lib/contract/payload-scan.ts';
import { Age } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Unknown } from '../ui/quantity.tsx';
import { dispositionSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { shortClass } from './failure-list.tsx';
import { rowKey } from './records-table.tsx';
import { visibleText } from './visible-text.ts';

const columns: readonly Column<ScanFound>[] = [
  {
    id: 'coordinate',
    header: 'Record',
    primary: true,
    help: 'Partition @ offset in the dead-letter topic',
    className: 'whitespace-nowrap',
    cell: ({ row }) => (
      <span className="font-mono text-[0.92em]">
        {row.partition} @ {row.offset}
      </span>
    ),
  },
  { id: 'at', header: 'Arrived', align: 'right', from: 'sm', cell: ({ row }) => <Age at={row.at} /> },
  { id: 'where', header: 'In', cell: ({ where }) => where },
  {
    id: 'excerpt',
    header: 'Found',
    className: 'w-full',
    cell: ({ before, match, after }) => (
      <span className="line-clamp-2 font-mono text-[0.92em] [overflow-wrap:anywhere]">
        <span className="text-muted">{visibleText(before)}</span>
        <mark className="bg-warn-soft font-medium text-ink">{visibleText(match)}</mark>
        <span className="text-muted">{visibleText(after)}</span>
      </span>
    ),
  },
  {
    id: 'failure',
    header: 'Failure',
    from: 'lg',
    className: 'whitespace-nowrap',
    cell: ({ row }) =>
      row.exceptionClass === null ? (
        <Unknown why="its headers name no exception class" />
      ) : (
        <span title={row.exceptionClass}>{shortClass(row.exceptionClass)}</span>
      ),
  },
  {
    id: 'disposition',
    header: 'Disposition',
    from: 'md',
    cell: ({ row }) => <StatusSign sign={dispositionSigns[row.disposition]} />,
  },
];

/** The records in which something was found, each with its first place. */
export const ScanResults = ({
  place,
  found,
  fingerprint,
}: {
  place: TopicPlace;
  found: readonly ScanFound[];
  fingerprint: string | null;
}) => (
  <DataTable
    label="Found in payloads"
    rows={found}
    rowKey={({ row }) => rowKey(row)}
    rowHref={({ row }) =>
      paths.deadLetterRecord(
        place.cluster,
        place.topic,
        row.partition,
        row.offset,
        fingerprint === null ? {} : { fingerprint },
      )
    }
    columns={columns}
  />
);
