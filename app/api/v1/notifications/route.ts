import { listNotifications } from '#lib/contract/alerts.ts';
import { cursorKey, cursorOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listNotifications as list } from '#lib/usecases/alerts/list-alerts.ts';

export const GET = route(listNotifications, async ({ runtime, principal, query }) => {
  const key = cursorKey(query.cursor, /^[1-9]\d{0,17}$/);
  const before = key === null ? null : BigInt(key);
  const page = { limit: query.limit, before };
  const { items, next } = await list(runtime, principal, { state: query.state }, page);
  return { items, nextCursor: next === null ? null : cursorOf(next.toString()) };
});
