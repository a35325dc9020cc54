import { can } from '#lib/auth/authorize.ts';
import type { Config } from '#lib/config/config.ts';
import type { CheckCounts, FlowChecks } from '#lib/contract/flows.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { FlowCheckRow, KeptFinding } from '#lib/store/flow-checks.ts';

type Deps = { config: Pick<Config, 'flows'>; database: Pick<Database, 'stores'>; clock: () => Date };

/** An acceptance ends on its day, whenever the worker last looked. */
const isAccepted = ({ accepted }: Pick<KeptFinding, 'accepted'>, nowMs: number): boolean =>
  accepted !== null && nowMs < accepted.untilMs;

/** What a look found, counted: accepted ones in their own count. null for a look at another version of the declaration. */
export function countFindings(row: FlowCheckRow | undefined, flow: Flow, now: Date): CheckCounts | null {
  if (row === undefined || row.hash !== flowHash(flow)) return null;
  const [taken, open] = [true, false].map((wanted) =>
    row.findings.filter((each) => each.state !== 'passes' && isAccepted(each, now.getTime()) === wanted),
  );
  const failing = (open ?? []).filter(({ state }) => state === 'fails');
  return {
    wrong: failing.filter(({ severity }) => severity === 'wrong').length,
    risk: failing.filter(({ severity }) => severity === 'risk').length,
    unknown: (open ?? []).length - failing.length,
    accepted: (taken ?? []).length,
    asOf: row.asOf.toISOString(),
  };
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
  const nowMs = clock().getTime();
  const rows = await database.stores.flowChecks.list();
  const row = rows.find((each) => each.cluster === flow.cluster && each.flow === flow.name);
  return {
    flow: flow.name,
    asOf: row?.asOf.toISOString() ?? null,
    current: row?.hash === flowHash(flow),
    findings: (row?.findings ?? []).map(({ sinceMs, accepted, ...finding }) => ({
      ...finding,
      since: new Date(sinceMs).toISOString(),
      accepted:
        accepted && isAccepted({ accepted }, nowMs)
          ? { reason: accepted.reason, until: new Date(accepted.untilMs).toISOString() }
          : null,
    })),
  };
}
