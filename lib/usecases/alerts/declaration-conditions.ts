import type { Condition } from '#lib/domain/alerts/alert.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { consolePage } from '#lib/domain/links/console-page.ts';
import type { FlowCheckRow } from '#lib/store/flow-checks.ts';
import { wrongFindings } from '../attention/from-declarations.ts';
import { countText } from '../attention/severity.ts';
import type { Found } from './found.ts';

/** Ten looks missed: what was found then says nothing about now. */
const staleAfterMs = 300_000;

/**
 * Findings that are wrong, one condition for each rule and flow: another rule that finds something is another trouble, more of the same is not.
 * Of a flow that was not looked at lately, or in another version, nothing can be told; nor of a rule that could not be judged.
 */
export function declarationConditions(
  rows: readonly FlowCheckRow[],
  flows: readonly Flow[],
  now: Date,
): Found {
  const found: Found = { conditions: [], unknownPrefixes: [] };
  for (const flow of flows) {
    const key = `declaration_wrong:${flow.cluster}/${flow.name}`;
    const row = rows.find((each) => each.cluster === flow.cluster && each.flow === flow.name);
    const wrong = wrongFindings(rows, flow, now);
    if (!row || wrong === null || now.getTime() - row.asOf.getTime() > staleAfterMs) {
      found.unknownPrefixes.push(`${key}/`);
      continue;
    }
    for (const { code, state } of row.findings)
      if (state === 'unknown') found.unknownPrefixes.push(`${key}/${code}`);
    for (const [code, of] of Map.groupBy(wrong, (each) => each.code)) {
      const [first] = of;
      if (!first) continue;
      found.conditions.push({
        key: `${key}/${code}`,
        kind: 'declaration_wrong',
        severity: 'warn',
        title: `${flow.name} declares what is not so: ${code.replaceAll('_', ' ')}`,
        detail: `${first.what}${of.length > 1 ? ` And ${countText(of.length - 1, 'more place')}.` : ''} ${first.why}`,
        ...{ cluster: flow.cluster, flow: flow.name, scope: 'flow' },
        href: consolePage.flow(flow.name),
        owner: flow.owner.team ?? null,
        runbook: flow.owner.runbook ?? null,
      } satisfies Condition);
    }
  }
  return found;
}
