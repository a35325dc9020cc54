import { listDecisions } from '#lib/contract/decisions.ts';
import { route } from '#lib/http/route.ts';
import * as decisions from '#lib/usecases/decisions/list-decisions.ts';

export const GET = route(listDecisions, ({ runtime, principal, query }) =>
  decisions.listDecisions(runtime, principal, { ...query, offset: BigInt(query.offset) }),
);
