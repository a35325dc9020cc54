import { suggestFilter } from '#lib/contract/dead-letters.ts';
import { route } from '#lib/http/route.ts';
import { suggestFilter as suggest } from '#lib/usecases/suggest-filter.ts';

export const GET = route(suggestFilter, ({ runtime, principal, params, query }) =>
  suggest(runtime, principal, params, query),
);
