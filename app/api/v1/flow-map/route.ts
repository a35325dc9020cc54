import { getFlowMap } from '#lib/contract/flow-map.ts';
import { route } from '#lib/http/route.ts';
import { readFlowMap } from '#lib/usecases/flow-map/read-flow-map.ts';

export const GET = route(getFlowMap, ({ runtime, principal, query }) =>
  readFlowMap(runtime, principal, query),
);
