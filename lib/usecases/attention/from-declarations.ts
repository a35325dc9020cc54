import { asAcceptedNow, findingKind } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { FlowCheckRow, KeptFinding } from '#lib/store/flow-checks.ts';
import { countText, type Found } from './severity.ts';

/** What of a flow's declaration is wrong now and accepted by nobody; null when it was last looked at in another version. */
export function wrongFindings(rows: readonly FlowCheckRow[], flow: Flow, now: Date): KeptFinding[] | null {
  const row = rows.find((each) => each.cluster === flow.cluster && each.flow === flow.name);
  if (row?.hash !== flowHash(flow)) return null;
  return asAcceptedNow(row.findings, now.getTime()).filter(
    (finding) => finding.state === 'fails' && findingKind(finding) === 'wrong',
  );
}

/** Flows whose declaration is not so: a replay would rest on it. One line a flow, with how many findings are wrong. */
export function declarationItems(rows: readonly FlowCheckRow[], flows: readonly Flow[], now: Date): Found[] {
  return flows.flatMap((flow) => {
    const wrong = wrongFindings(rows, flow, now) ?? [];
    const [first] = wrong;
    if (!first) return [];
    return [
      {
        kind: 'declaration' as const,
        severity: 'warn' as const,
        title: `${countText(wrong.length, 'thing')} that ${flow.name} declares ${wrong.length === 1 ? 'is' : 'are'} wrong`,
        detail: `${first.what}${wrong.length > 1 ? ` And ${wrong.length - 1} more.` : ''}`,
        resource: `flow/${flow.name}`,
        href: consolePage.flow(flow.name),
        verb: 'look',
        owner: flow.owner.team ?? null,
        runbook: flow.owner.runbook ?? null,
        since: new Date(Math.min(...wrong.map(({ sinceMs }) => sinceMs))).toISOString(),
      },
    ];
  });
}
