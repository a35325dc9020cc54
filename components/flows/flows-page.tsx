'use client';
import { flowsQuery } from '#lib/client/flows.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import { AsOf } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { plural } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Unknown } from '../ui/quantity.tsx';
import { PageHeader } from '../ui/section.tsx';
import { boundaryMark, sheetText } from './boundary.ts';
import { CheckMark } from './check-mark.tsx';

const name = (topic: string) => <span className="[overflow-wrap:anywhere]">{topic}</span>;

const columns: readonly Column<FlowView>[] = [
  {
    id: 'flow',
    header: 'Flow',
    primary: true,
    cell: (flow) => <span className="font-medium">{flow.name}</span>,
  },
  { id: 'topic', header: 'Topic', cell: (flow) => name(flow.topic) },
  {
    id: 'groups',
    header: 'Consumer groups',
    from: 'md',
    cell: (flow) => name(flow.groups.map((group) => group.id).join(', ')),
  },
  {
    id: 'dead',
    header: 'Dead letters to',
    from: 'lg',
    cell: (flow) => (flow.deadLetters === null ? <Unknown why="none declared" /> : name(flow.deadLetters)),
  },
  { id: 'checks', header: 'Checks', cell: (flow) => <CheckMark counts={flow.checks} /> },
  { id: 'boundary', header: 'Boundary', from: 'sm', cell: (flow) => boundaryMark(flow) },
  {
    id: 'truth',
    header: 'Source of truth',
    from: 'xl',
    cell: (flow) => sheetText(flow.boundary.truth) ?? <Unknown why="not declared" />,
  },
  {
    id: 'owner',
    header: 'Owner',
    from: 'md',
    cell: (flow) => flow.owner.team ?? <Unknown why="no owner declared" />,
  },
  { id: 'cluster', header: 'Cluster', from: 'xl', cell: (flow) => flow.cluster },
];

/** All declared flows: where truth lives, how work moves, what may be replayed. */
export function FlowsPage() {
  const view = useView(flowsQuery());
  const items = lastRead(view)?.items ?? null;
  return (
    <>
      <PageHeader
        title="Flows"
        lead={
          items === null ? null : (
            <>
              {plural(items.length, 'flow')} declared in the configuration file. They are changed there, not
              here.{' '}
              <Link href={paths.flowMap()} className="link">
                As a map
              </Link>
              . {items[0] ? <AsOf at={items[0].asOf} staleMs={60_000} label="read" /> : null}
            </>
          )
        }
      />
      <LiveView view={view} what="flows">
        {({ items: flows }) => (
          <DataTable
            label="Flows"
            rows={flows}
            rowKey={(flow) => flow.name}
            rowHref={(flow) => paths.flow(flow.name)}
            columns={columns}
            empty={
              <EmptyNothing title="No flow is declared">
                A flow names a topic, its consumer groups, its retry, dead-letter and quarantine topics, and
                its boundary. Declare it in the configuration file (<code>SLUICE_CONFIG</code>).
              </EmptyNothing>
            }
          />
        )}
      </LiveView>
    </>
  );
}
