'use client';
import type { GroupDetail } from '#lib/contract/lag.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { Quantity } from '../ui/quantity.tsx';
import { Section } from '../ui/section.tsx';
import { partitionRuns } from './partition-runs.ts';

type Member = GroupDetail['memberList'][number];

const columns: readonly Column<Member>[] = [
  {
    id: 'client',
    header: 'Client',
    cell: (member) => <span className="[overflow-wrap:anywhere]">{member.clientId}</span>,
  },
  { id: 'host', header: 'Host', cell: (member) => member.host.replace(/^\//, '') },
  {
    id: 'partitions',
    header: 'Partitions',
    cell: (member) =>
      member.assignment.length === 0 ? (
        <span className="text-faint">none assigned</span>
      ) : (
        member.assignment.map((each) => `${each.topic} ${partitionRuns(each.partitions)}`).join(' · ')
      ),
  },
  {
    id: 'count',
    header: 'Count',
    align: 'right',
    from: 'sm',
    cell: (member) => (
      <Quantity value={member.assignment.reduce((sum, each) => sum + each.partitions.length, 0)} />
    ),
  },
  {
    id: 'epoch',
    header: 'Epoch',
    align: 'right',
    from: 'md',
    help: 'Of the assignment that the member has; the classic protocol has none',
    cell: (member) => <Quantity value={member.epoch} why="the protocol does not tell one" />,
  },
  {
    id: 'id',
    header: 'Member id',
    from: 'lg',
    cell: (member) => (
      <span className="[overflow-wrap:anywhere]">
        <code className="text-muted">{member.memberId}</code>
        {member.instanceId === null ? null : <span className="block">instance {member.instanceId}</span>}
        {member.rackId === null ? null : <span className="block text-faint">rack {member.rackId}</span>}
      </span>
    ),
  },
];

export function Members({ members, state }: { members: readonly Member[]; state: string }) {
  return (
    <Section title="Members" count={members.length}>
      <DataTable
        label="Members"
        rows={members}
        rowKey={(member) => member.memberId}
        columns={columns}
        empty={
          <EmptyNothing title="No members">
            The broker says the group is {state.toLowerCase()}: no consumer of it is connected.
          </EmptyNothing>
        }
      />
    </Section>
  );
}
