'use client';
import { flowChecksQuery } from '#lib/client/flows.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { FlowChecks, FlowFindingView } from '#lib/contract/flows.ts';
import { findingKind } from '#lib/domain/checks/finding.ts';
import { AsOf } from '../ui/age.tsx';
import { plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { findingSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { byRule } from './finding-order.ts';

const staleMs = 120_000;

/** One rule, with everything that it found of one kind: what and how to end it, then once why it matters. */
function Rule({
  findings: [first, ...more],
}: {
  findings: readonly [FlowFindingView, ...FlowFindingView[]];
}) {
  return (
    <li className="grid items-start gap-x-4 gap-y-1 border-b border-line px-2 py-2 sm:grid-cols-[7rem_minmax(0,1fr)]">
      <StatusSign sign={findingSigns[findingKind(first)]} />
      <div className="flex min-w-0 max-w-[100ch] flex-col gap-1 [overflow-wrap:anywhere]">
        {[first, ...more].map(({ where, what, fix, accepted }) => (
          <p key={where}>
            {what}{' '}
            <span className="text-muted">
              {accepted ? `Accepted until ${accepted.until.slice(0, 10)}: ${accepted.reason}` : fix}
            </span>
          </p>
        ))}
        <p className="text-xs text-muted">
          {first.why} <code className="whitespace-nowrap">{first.code}</code>
        </p>
      </div>
    </li>
  );
}

function Findings({ checks }: { checks: FlowChecks }) {
  if (checks.asOf === null)
    return (
      <p className="px-2 py-2 text-muted">
        Not looked at yet: the worker holds each declaration against what runs every half minute.
      </p>
    );
  const open = checks.findings.filter(({ state }) => state !== 'passes');
  const passed = checks.findings.filter(({ state }) => state === 'passes');
  return (
    <>
      {checks.current ? null : (
        <p className="px-2 pt-2 text-muted">
          This was found of another version of the declaration; the worker has not looked at this one yet.
        </p>
      )}
      {open.length === 0 ? (
        <p className="px-2 py-2">The declaration and what runs agree in everything that was looked at.</p>
      ) : (
        <ul>
          {byRule(open).map((findings) => (
            <Rule key={`${findingKind(findings[0])} ${findings[0].code}`} findings={findings} />
          ))}
        </ul>
      )}
      <details className="px-2 py-2">
        <summary className="cursor-pointer text-muted">{plural(passed.length, 'check')} passed</summary>
        <ul className="flex flex-col gap-1 pt-2 text-muted">
          {passed.map((finding) => (
            <li key={`${finding.code} ${finding.where}`} className="[overflow-wrap:anywhere]">
              {finding.what}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** Where the declaration of a flow and the running system disagree, worst first, each with why it matters and what to do. */
export function CheckSheet({ flow }: { flow: string }) {
  const view = useView(flowChecksQuery(flow));
  const asOf = lastRead(view)?.asOf ?? null;
  return (
    <Section title="Checks" aside={asOf ? <AsOf at={asOf} staleMs={staleMs} label="looked" /> : undefined}>
      <LiveView view={view} what={`checks of ${flow}`}>
        {(checks) => <Findings checks={checks} />}
      </LiveView>
    </Section>
  );
}
