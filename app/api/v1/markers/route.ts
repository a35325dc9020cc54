import { createMarker, listMarkers } from '#lib/contract/home.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { createMarker as create, markerViewOf } from '#lib/usecases/create-marker.ts';

const uuid = /^[0-9a-f-]{36}$/;

export const GET = route(listMarkers, async ({ runtime, query }) => {
  const { from, to, limit, cursor } = query;
  const rows = await runtime.database.stores.markers.list(
    { from: from === undefined ? from : new Date(from), to: to === undefined ? to : new Date(to) },
    { limit: limit + 1, after: cursorKey(cursor, uuid) },
  );
  return pageOf(rows, limit, (row) => row.id, markerViewOf);
});

export const POST = route(createMarker, ({ runtime, principal, body }) => create(runtime, principal, body));
