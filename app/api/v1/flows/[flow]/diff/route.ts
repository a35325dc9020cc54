import { diffFlowVersions as operation } from '#lib/contract/flow-versions.ts';
import { route } from '#lib/http/route.ts';
import { diffFlowVersions } from '#lib/usecases/flow-sheet/flow-versions.ts';

export const GET = route(operation, ({ runtime, principal, params, query }) =>
  diffFlowVersions(runtime, principal, params.flow, query),
);
