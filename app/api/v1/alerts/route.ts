import { listAlerts } from '#lib/contract/alerts.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listAlerts as list } from '#lib/usecases/alerts/list-alerts.ts';

export const GET = route(listAlerts, async ({ runtime, principal, query }) => {
  const alerts = await list(runtime, principal);
  const after = cursorKey(query.cursor, /^.{1,700}$/s);
  const start = after === null ? 0 : alerts.findIndex((alert) => alert.key === after) + 1;
  return pageOf(
    alerts.slice(start, start + query.limit + 1),
    query.limit,
    (alert) => alert.key,
    (alert) => alert,
  );
});
