import { getFlowSheet } from '#lib/contract/flow-sheet.ts';
import { route } from '#lib/http/route.ts';
import { readFlowSheet } from '#lib/usecases/flow-sheet/read-flow-sheet.ts';

export const GET = route(getFlowSheet, ({ runtime, principal, params, query }) =>
  readFlowSheet(runtime, principal, params.flow, query.hash),
);
