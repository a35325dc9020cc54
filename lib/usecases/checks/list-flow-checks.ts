import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { CheckCounts, FlowChecks } from '#lib/contract/flows.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { asAcceptedNow, findingKind } from '#lib/domain/checks/finding.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowCheckRow } from '#lib/store/flow-checks.ts';

type Deps = { config: Pick<Config, 'flows'>; database: Pick<Database, 'stores'>; clock: () => Date };

/** What a look found, counted: accepted ones in their own count. null for a look at another version of the declaration. */
export function countFindings(row: FlowCheckRow | null, flow: Flow, now: Date): CheckCounts | null {
  if (row?.hash !== flowHash(flow)) return null;
  const counts = { wrong: 0, risk: 0, unknown: 0, accepted: 0 };
  for (const finding of asAcceptedNow(row.findings, now.getTime()))
    if (finding.state !== 'passes') counts[findingKind(finding)] += 1;
  return { ...counts, asOf: row.asOf.toISOString() };
}

/** What the worker last found on a flow. @throws SluiceError `not_found`, also for a flow that the principal may not read */
export async function listFlowChecks(
  { config, database, clock }: Deps,
  principal: Principal,
  name: string,
): Promise<FlowChecks> {
  const flow = config.flows.find((declared) => declared.name === name);
  if (!flow || !can(principal, 'read', { cluster: flow.cluster, flow: flow.name }))
    throw new SluiceError('not_found', `No flow is called ${name}, or you may not read it.`);
  const row = await database.stores.flowChecks.of(flow.cluster, flow.name);
  const findings = asAcceptedNow(row?.findings ?? [], clock().getTime());
  return {
    flow: flow.name,
    asOf: row?.asOf.toISOString() ?? null,
    current: row?.hash === flowHash(flow),
    findings: findings.map(({ sinceMs, accepted, ...finding }) => ({
      ...finding,
      since: new Date(sinceMs).toISOString(),
      accepted: accepted && { reason: accepted.reason, until: new Date(accepted.untilMs).toISOString() },
    })),
  };
}
