'use client';
import type { AuditEventView } from '#lib/contract/audit.ts';
import { Age } from '../ui/age.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyFiltered, EmptyNothing } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { Sign } from '../ui/sign.tsx';
import { auditHref, auditVerb } from './words.ts';

const columns: readonly Column<AuditEventView>[] = [
  {
    id: 'seq',
    header: 'Line',
    from: 'md',
    className: 'w-16 tabular-nums',
    cell: (event) => <span className="text-faint">{event.seq}</span>,
  },
  { id: 'at', header: 'When', className: 'w-36', cell: (event) => <Age at={event.at} /> },
  {
    id: 'what',
    header: 'Who did what',
    primary: true,
    cell: (event) => (
      <span className="[overflow-wrap:anywhere]">
        <span className="font-medium">{event.actor}</span> {auditVerb(event)}
      </span>
    ),
  },
  {
    id: 'resource',
    header: 'Resource',
    cell: (event) => {
      const href = auditHref(event.resource);
      return href === null ? (
        <span className="text-muted [overflow-wrap:anywhere]">{event.resource}</span>
      ) : (
        <Link href={href} className="link relative z-10 [overflow-wrap:anywhere]">
          {event.resource}
        </Link>
      );
    },
  },
  {
    id: 'outcome',
    header: 'Outcome',
    from: 'sm',
    cell: (event) =>
      event.outcome === 'refused' ? (
        <span className="inline-flex items-center gap-1.5">
          <Sign shape="slash" tone="warn" /> refused{event.code === null ? '' : `: ${event.code}`}
        </span>
      ) : (
        <span className="text-muted">allowed</span>
      ),
  },
];

const hash = (label: string, value: string) => (
  <div className="flex items-baseline gap-2">
    <dt className="label w-16 shrink-0">{label}</dt>
    <dd className="min-w-0">
      <code className="text-muted [overflow-wrap:anywhere]">{value}</code>
      <CopyButton text={value} label={label.toLowerCase()} />
    </dd>
  </div>
);

function Detail({ event }: { event: AuditEventView }) {
  return (
    <div className="flex flex-col gap-3">
      <pre className="max-h-96 overflow-auto whitespace-pre-wrap [overflow-wrap:anywhere]">
        {JSON.stringify(event.detail, null, 2)}
      </pre>
      <dl className="flex min-w-0 flex-col gap-1">
        {hash('Action', event.action)}
        {hash('Time', event.at)}
        {hash('Hash', event.hash)}
        {hash('Previous', event.prev)}
      </dl>
    </div>
  );
}

export function AuditTable({
  events,
  clearFilter,
}: {
  events: readonly AuditEventView[];
  clearFilter: (() => void) | null;
}) {
  return (
    <DataTable
      label="Audit events"
      rows={events}
      rowKey={(event) => String(event.seq)}
      columns={columns}
      detail={(event) => <Detail event={event} />}
      empty={
        clearFilter ? (
          <EmptyFiltered what="audit events" clear={clearFilter} />
        ) : (
          <EmptyNothing title="The audit log is empty" />
        )
      }
    />
  );
}
