import { getFlowChecks } from '#lib/contract/flows.ts';
import { route } from '#lib/http/route.ts';
import { listFlowChecks } from '#lib/usecases/checks/list-flow-checks.ts';

export const GET = route(getFlowChecks, ({ runtime, principal, params }) =>
  listFlowChecks(runtime, principal, params.flow),
);
