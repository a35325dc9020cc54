'use client';
import { parseAsString, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { flowSheetQuery } from '#lib/client/flow-sheet.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { FlowSheet } from '#lib/contract/flow-sheet.ts';
import { Seal } from '../../replays/seal.tsx';
import { Age, AsOf } from '../../ui/age.tsx';
import { Button } from '../../ui/button.tsx';
import { Link } from '../../ui/link.tsx';
import { LiveView } from '../../ui/live-view.tsx';
import { PageHeader } from '../../ui/section.tsx';
import { Sign } from '../../ui/sign.tsx';
import { FlowLinks } from '../flow-links.tsx';
import { Answers, Guarantees } from './statements.tsx';
import { Versions } from './versions.tsx';

function Header({ flow, sheet }: { flow: string; sheet: FlowSheet | null }) {
  return (
    <PageHeader
      crumbs={
        <>
          <Link href={paths.flows()} className="link">
            Flows
          </Link>
          {sheet ? ` · ${sheet.cluster}` : ''}
          <FlowLinks flow={flow} />
        </>
      }
      title={`Boundary sheet of ${flow}`}
      lead={
        sheet === null ? undefined : (
          <span className="flex flex-wrap items-baseline gap-x-3">
            {sheet.version === null ? 'Not kept as a version yet' : `Version ${sheet.version}`}
            {sheet.declaredAt === null ? null : (
              <span>
                declared <Age at={sheet.declaredAt} />
              </span>
            )}
            {sheet.team === null ? null : <span>by {sheet.team}</span>}
            <Seal digest={sheet.hash} name="hash of the declaration" />
            <span className="hidden text-xs [overflow-wrap:anywhere] print:inline">
              <code>{sheet.hash}</code>
            </span>
          </span>
        )
      }
      actions={
        sheet === null ? undefined : (
          <span className="flex items-center gap-3 text-xs text-muted print:hidden">
            <AsOf at={sheet.asOf} staleMs={60_000} label="read" />
            <Button size="sm" onClick={() => window.print()}>
              Print
            </Button>
          </span>
        )
      }
    />
  );
}

function Sheet({ flow }: { flow: string }) {
  const [{ hash, from }, set] = useQueryStates({ hash: parseAsString, from: parseAsString });
  const view = useView(flowSheetQuery(flow, hash));
  return (
    <>
      <Header flow={flow} sheet={lastRead(view)} />
      <LiveView view={view} what={`boundary sheet of ${flow}`}>
        {(sheet) => (
          <div className="flex flex-col gap-8">
            {sheet.inForce ? null : (
              <p className="flex items-baseline gap-2 bg-warn-soft px-2 py-1.5">
                <Sign shape="triangle" tone="warn" />
                <span>
                  This declaration is not in force any more: what was measured since says nothing about it.{' '}
                  <Link href={paths.flowSheet(flow)} className="link">
                    Show the one in force
                  </Link>
                </span>
              </p>
            )}
            <Answers sheet={sheet} />
            <Guarantees guarantees={sheet.guarantees} />
            <Versions
              flow={flow}
              shown={sheet.hash}
              from={from}
              setFrom={(next) => void set({ from: next })}
            />
          </div>
        )}
      </LiveView>
    </>
  );
}

/** What can be relied on at a flow's boundary, by what, and where that ends: to be read on the screen, on paper, and later by its hash. */
export const SheetPage = ({ flow }: { flow: string }) => (
  <NuqsAdapter>
    <Sheet flow={flow} />
  </NuqsAdapter>
);
