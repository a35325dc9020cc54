'use client';
import { flowDiffQuery, flowVersionsQuery } from '#lib/client/flow-sheet.ts';
import { paths } from '#lib/client/paths.ts';
import { useView } from '#lib/client/view.ts';
import type { FlowDiff, FlowVersionView } from '#lib/contract/flow-versions.ts';
import { Age } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyNothing } from '../../ui/empty.tsx';
import { LiveView } from '../../ui/live-view.tsx';
import { Unknown } from '../../ui/quantity.tsx';
import { Section } from '../../ui/section.tsx';

type Change = FlowDiff['changes'][number];

const changeColumns: readonly Column<Change>[] = [
  {
    id: 'path',
    header: 'Where',
    cell: ({ path }) => <code className="[overflow-wrap:anywhere]">{path}</code>,
  },
  {
    id: 'before',
    header: 'Before',
    cell: ({ before }) =>
      before === null ? <Unknown why="it was not declared" word="not declared" /> : before,
  },
  {
    id: 'after',
    header: 'After',
    cell: ({ after }) => (after === null ? <Unknown why="it is not declared" word="not declared" /> : after),
  },
];

/** What two declarations say differently. */
function Diff({ flow, from, to, close }: { flow: string; from: string; to: string; close: () => void }) {
  const view = useView(flowDiffQuery(flow, from, to));
  return (
    <Section
      title="What changed"
      aside={
        <Button size="sm" onClick={close}>
          Close
        </Button>
      }
    >
      <LiveView view={view} what="changes">
        {(diff) => (
          <>
            <p className="px-2 py-2 text-muted">
              From version {diff.from.version} to version {diff.to.version}.
            </p>
            <DataTable
              label="What changed"
              rows={diff.changes}
              rowKey={({ path }) => path}
              columns={changeColumns}
              empty={<EmptyNothing title="They say the same">Nothing is declared otherwise.</EmptyNothing>}
            />
          </>
        )}
      </LiveView>
    </Section>
  );
}

const columnsOf = (shown: string, compare: (hash: string) => void): readonly Column<FlowVersionView>[] => [
  {
    id: 'version',
    header: 'Version',
    primary: true,
    cell: ({ version, inForce }) => (
      <>
        {version}
        {inForce ? ' · in force' : ''}
      </>
    ),
  },
  { id: 'at', header: 'Declared', cell: ({ declaredAt }) => <Age at={declaredAt} /> },
  {
    id: 'hash',
    header: 'Hash',
    from: 'sm',
    cell: ({ hash }) => <code title={hash}>{hash.slice(0, 16)}</code>,
  },
  {
    id: 'compare',
    header: 'What changed since',
    cell: ({ hash }) =>
      hash === shown ? (
        <span className="text-muted">shown here</span>
      ) : (
        <Button size="sm" className="relative z-10" onClick={() => compare(hash)}>
          Compare
        </Button>
      ),
  },
];

/** The declarations that came into force, and what changed between one of them and the one that is shown. */
export function Versions({
  flow,
  shown,
  from,
  setFrom,
}: {
  flow: string;
  /** Hash of the declaration on the page. */
  shown: string;
  from: string | null;
  setFrom: (hash: string | null) => void;
}) {
  const view = useView(flowVersionsQuery(flow));
  return (
    <div className="flex flex-col gap-6 print:hidden">
      {from === null ? null : <Diff flow={flow} from={from} to={shown} close={() => setFrom(null)} />}
      <Section title="Declarations">
        <LiveView view={view} what="declarations">
          {({ items }) => (
            <DataTable
              label="Declarations"
              rows={items}
              rowKey={({ version }) => String(version)}
              rowHref={({ hash }) => paths.flowSheet(flow, { hash })}
              isCurrent={({ hash }) => hash === shown}
              columns={columnsOf(shown, setFrom)}
              empty={
                <EmptyNothing title="No declaration is kept yet">
                  The web process keeps each version when it first uses its configuration file.
                </EmptyNothing>
              }
            />
          )}
        </LiveView>
      </Section>
    </div>
  );
}
