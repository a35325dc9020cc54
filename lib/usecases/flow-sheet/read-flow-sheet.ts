import type { Config } from '#lib/config/config.ts';
import type { FlowSheet } from '#lib/contract/flow-sheet.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { flowHash } from '#lib/domain/flows/hash.ts';
import { boundarySheet } from '#lib/domain/flows/sheet/boundary-sheet.ts';
import type { Sheet } from '#lib/domain/flows/sheet/sheet.ts';
import type { Database } from '#lib/store/database.ts';
import { requireFlow, requireVersion } from './flow-versions.ts';
import { readMeasured } from './read-measured.ts';

type Deps = { config: Pick<Config, 'flows'>; database: Pick<Database, 'stores'>; clock: () => Date };

const answersOf = ({ answers }: Sheet): FlowSheet['answers'] =>
  answers.map(({ question, statements }) => ({
    question,
    statements: statements.map(({ asOfMs, ...statement }) => ({
      ...statement,
      asOf: asOfMs === null ? null : new Date(asOfMs).toISOString(),
    })),
  }));

/**
 * The boundary sheet of a flow. Of an earlier declaration, named by its hash, only what was declared is told: what runs now speaks neither for nor against it.
 * @throws SluiceError `not_found`, for a flow that is not declared or may not be read, and for a hash that never was in force
 */
export async function readFlowSheet(
  deps: Deps,
  principal: Principal,
  name: string,
  hash?: string | undefined,
): Promise<FlowSheet> {
  const flow = requireFlow(deps, principal, name);
  const current = flowHash(flow);
  const inForce = hash === undefined || hash === current;
  const version = inForce
    ? await deps.database.stores.flowVersions.find(flow.cluster, flow.name, { hash: current })
    : await requireVersion(deps, flow, { hash });
  const shown = inForce ? flow : (version?.declaration as Flow);
  const { guarantees, ...sheet } = boundarySheet(shown, inForce ? await readMeasured(deps, flow) : null);
  return {
    flow: flow.name,
    cluster: flow.cluster,
    team: shown.owner.team ?? null,
    hash: inForce ? current : hash,
    version: version?.version ?? null,
    declaredAt: version?.declaredAt.toISOString() ?? null,
    inForce,
    answers: answersOf({ ...sheet, guarantees }),
    guarantees,
    asOf: deps.clock().toISOString(),
  };
}
