import { listGroupEvents } from '#lib/contract/group-events.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import {
  eventPositionForm,
  eventPositionOf,
  groupEventView,
  listGroupEvents as list,
} from '#lib/usecases/list-group-events.ts';

export const GET = route(listGroupEvents, async ({ runtime, principal, params, query }) => {
  const { cursor, ...rest } = query;
  const rows = await list(runtime, principal, params, rest, cursorKey(cursor, eventPositionForm));
  return pageOf(rows, query.limit, eventPositionOf, groupEventView);
});
