import { getGroupHistory } from '#lib/contract/lag.ts';
import { route } from '#lib/http/route.ts';
import { readGroupHistory } from '#lib/usecases/read-group-history.ts';

export const GET = route(getGroupHistory, ({ runtime, principal, params, query }) =>
  readGroupHistory(runtime, principal, params, query),
);
