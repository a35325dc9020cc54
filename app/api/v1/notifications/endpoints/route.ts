import { listEndpoints } from '#lib/contract/alerts.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listEndpoints as list } from '#lib/usecases/alerts/list-alerts.ts';

export const GET = route(listEndpoints, ({ runtime, query }) => {
  const endpoints = list(runtime);
  const after = cursorKey(query.cursor, /^.{1,300}$/s);
  const start = after === null ? 0 : endpoints.findIndex((endpoint) => endpoint.name === after) + 1;
  return pageOf(
    endpoints.slice(start, start + query.limit + 1),
    query.limit,
    (endpoint) => endpoint.name,
    (endpoint) => endpoint,
  );
});
