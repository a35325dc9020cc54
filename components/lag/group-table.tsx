'use client';
import { paths } from '#lib/client/paths.ts';
import type { GroupView } from '#lib/contract/lag.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { type Column, DataTable, type Sort } from '../ui/data-table.tsx';
import { EmptyFiltered, EmptyNothing } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Duration, Quantity, Rate, Unknown } from '../ui/quantity.tsx';
import { lagSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { trendLabel } from './trend.ts';
import { methodWords } from './words.ts';

const badTones = { act: 'text-act', warn: 'text-warn' } as Readonly<Record<string, string>>;

const columns: readonly Column<GroupView>[] = [
  {
    id: 'status',
    header: 'Status',
    sort: 'status',
    from: 'sm',
    className: 'w-36',
    cell: (group) => <StatusSign sign={lagSigns[group.status]} />,
  },
  {
    id: 'group',
    header: 'Group',
    sort: 'name',
    primary: true,
    cell: (group) => (
      <span className="flex items-center gap-2 font-medium [overflow-wrap:anywhere]">
        <StatusSign sign={lagSigns[group.status]} shapeOnly className="sm:hidden" />
        {group.groupId}
      </span>
    ),
  },
  {
    id: 'type',
    header: 'Type',
    from: 'lg',
    help: 'Group protocol and the state that the broker gives',
    cell: (group) => (
      <span className="text-muted">
        {group.type} · {group.state.toLowerCase()}
      </span>
    ),
  },
  {
    id: 'members',
    header: 'Members',
    align: 'right',
    from: 'md',
    cell: (group) => <Quantity value={group.members} why="the group could not be described" />,
  },
  {
    id: 'lag',
    header: 'Lag, records',
    sort: 'lag',
    align: 'right',
    help: 'High watermark less the committed offset, over all partitions, as Kafka’s own tools count',
    cell: (group) => (
      <Quantity value={group.lagRecords} why="no committed offset and end offset were both read" />
    ),
  },
  {
    id: 'timeLag',
    header: 'Time lag',
    sort: 'timeLag',
    align: 'right',
    help: 'How old the oldest unconsumed record is',
    cell: (group) => (
      <Duration
        ms={group.lagMs}
        errorMs={group.lagMsError}
        why="not enough readings to tell"
        source={methodWords(group)}
      />
    ),
  },
  {
    id: 'rates',
    header: 'In → out',
    align: 'right',
    from: 'xl',
    help: 'Produced and consumed per second over the last minute',
    cell: (group) => (
      <span className="whitespace-nowrap">
        <Rate value={group.produceRate} /> <span className="text-faint">→</span>{' '}
        <Rate value={group.consumeRate} />
      </span>
    ),
  },
  {
    id: 'trend',
    header: 'Trend, 1 h',
    from: 'md',
    cell: (group) => (
      <Sparkline
        points={group.trend}
        label={trendLabel(group.trend)}
        className={badTones[lagSigns[group.status].tone] ?? 'text-muted'}
      />
    ),
  },
  {
    id: 'drain',
    header: 'Drains in',
    align: 'right',
    from: 'lg',
    help: 'At the present rates; – when lag does not fall',
    cell: (group) =>
      group.lagRecords === '0' ? (
        <span className="text-faint">drained</span>
      ) : (
        <Duration ms={group.drainMs} why="lag does not fall at the present rates" />
      ),
  },
  {
    id: 'expires',
    header: 'Expires in',
    align: 'right',
    from: 'lg',
    help: 'Until retention deletes the first record that was not consumed',
    cell: (group) => <Duration ms={group.expiryRiskMs} why="nothing waits, or retention has no time limit" />,
  },
  {
    id: 'flow',
    header: 'Flow',
    from: 'lg',
    cell: (group) =>
      group.flow === null ? (
        <Unknown why="no flow declares this group" />
      ) : (
        <Link href={paths.flow(group.flow)} className="link relative z-10">
          {group.flow}
        </Link>
      ),
  },
];

export function GroupTable({
  groups,
  sort,
  onSort,
  clearFilter,
}: {
  groups: readonly GroupView[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Set while a filter is on. */
  clearFilter: (() => void) | null;
}) {
  return (
    <DataTable
      label="Consumer groups"
      rows={groups}
      rowKey={(group) => `${group.cluster} ${group.groupId}`}
      rowHref={(group) => paths.group(group.cluster, group.groupId)}
      columns={columns}
      sort={sort}
      onSort={onSort}
      empty={
        clearFilter ? (
          <EmptyFiltered what="consumer groups" clear={clearFilter} />
        ) : (
          <EmptyNothing title="No consumer groups">
            The cluster answers and has no consumer group yet. One appears here within seconds of its first
            commit.
          </EmptyNothing>
        )
      }
    />
  );
}
