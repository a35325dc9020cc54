'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { incidentPagesQuery } from '#lib/client/incidents.ts';
import { paths } from '#lib/client/paths.ts';
import { toView } from '#lib/client/view.ts';
import type { IncidentView } from '#lib/contract/incidents.ts';
import { Age } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyFiltered, EmptyNothing } from '../ui/empty.tsx';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { MoreButton } from '../ui/more-button.tsx';
import { Quantity } from '../ui/quantity.tsx';
import { PageHeader, Section } from '../ui/section.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { FiringAlerts } from './firing-alerts.tsx';
import { incidentSigns } from './signs.ts';

const states = ['open', 'closed'] as const;

const columns: readonly Column<IncidentView>[] = [
  {
    id: 'state',
    header: 'State',
    className: 'whitespace-nowrap',
    from: 'sm',
    cell: (incident) => <StatusSign sign={incidentSigns[incident.state]} />,
  },
  {
    id: 'title',
    header: 'Incident',
    primary: true,
    className: 'w-full',
    cell: (incident) => (
      <span className="flex flex-col gap-0.5">
        <span className="sm:hidden">
          <StatusSign sign={incidentSigns[incident.state]} />
        </span>
        <span className="font-medium [overflow-wrap:anywhere]">{incident.title}</span>
        <span className="text-xs text-muted [overflow-wrap:anywhere]">
          {incident.about.map(({ name }) => name).join(', ')}
        </span>
      </span>
    ),
  },
  { id: 'flows', header: 'Flows', from: 'md', cell: (incident) => incident.flows.join(', ') || 'none' },
  { id: 'by', header: 'Opened by', from: 'sm', cell: (incident) => incident.openedBy },
  {
    id: 'notes',
    header: 'Notes',
    align: 'right',
    from: 'md',
    cell: (incident) => <Quantity value={incident.notes} />,
  },
  { id: 'opened', header: 'Opened', align: 'right', cell: (incident) => <Age at={incident.openedAt} /> },
  {
    id: 'closed',
    header: 'Closed',
    align: 'right',
    from: 'lg',
    cell: (incident) => <Age at={incident.closed?.at ?? null} why="it is open" />,
  },
];

function Filters({ state }: { state: IncidentView['state'] | null }) {
  const link = (value: IncidentView['state'] | null, text: string) => (
    <Link
      key={text}
      href={paths.incidents(value === null ? {} : { state: value })}
      aria-current={state === value ? 'page' : undefined}
      className={`inline-flex h-8 items-center rounded-md border px-2.5 pointer-coarse:h-10 ${state === value ? 'border-accent bg-selected font-medium text-ink' : 'border-transparent text-muted hover:bg-hover hover:text-ink'}`}
    >
      {text}
    </Link>
  );
  return (
    <nav aria-label="Which incidents" className="flex flex-wrap gap-1 pb-3">
      {link(null, 'All')}
      {link('open', 'Open')}
      {link('closed', 'Closed')}
    </nav>
  );
}

function Incidents() {
  const [{ state }, set] = useQueryStates({ state: parseAsStringLiteral(states) }, { history: 'push' });
  const result = useInfiniteQuery(incidentPagesQuery(state));
  return (
    <>
      <PageHeader
        title="Incidents"
        lead="Working folders: what was seen, decided and done, by whom. They are opened where the trouble is: from home, a consumer group, a failure group or an alert."
      />
      <div className="flex flex-col gap-8">
        <Section title="Incidents">
          <Filters state={state} />
          <LiveView view={toView(result)} what="incidents">
            {({ pages }) => {
              const incidents = pages.flatMap((page) => page.items);
              return (
                <>
                  {incidents.length > 0 ? (
                    <DataTable
                      label="Incidents"
                      rows={incidents}
                      rowKey={(incident) => incident.id}
                      rowHref={(incident) => paths.incident(incident.id)}
                      columns={columns}
                    />
                  ) : state === null ? (
                    <EmptyNothing title="No incident yet" />
                  ) : (
                    <EmptyFiltered what="incidents" clear={() => void set({ state: null })} />
                  )}
                  {result.hasNextPage ? (
                    <p className="px-2 py-3">
                      <MoreButton of={result}>Show older</MoreButton>
                    </p>
                  ) : null}
                </>
              );
            }}
          </LiveView>
        </Section>
        <FiringAlerts />
      </div>
    </>
  );
}

/** Every incident that the reader may see, newest first, and the alerts of which one can be opened. */
export const IncidentsPage = () => (
  <NuqsAdapter>
    <Incidents />
  </NuqsAdapter>
);
