import { listAllGroupEvents } from '#lib/contract/group-events.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import {
  eventPositionForm,
  eventPositionOf,
  groupEventView,
  listAllGroupEvents as list,
} from '#lib/usecases/list-group-events.ts';

export const GET = route(listAllGroupEvents, async ({ runtime, principal, query }) => {
  const { cursor, ...rest } = query;
  const rows = await list(runtime, principal, rest, cursorKey(cursor, eventPositionForm));
  return pageOf(rows, query.limit, eventPositionOf, groupEventView);
});
