import { listGroups } from '#lib/contract/lag.ts';
import { cursorKey, cursorOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listGroups as list, positionForm } from '#lib/usecases/list-groups.ts';

export const GET = route(listGroups, async ({ runtime, principal, params, query }) => {
  const { cursor, ...rest } = query;
  const page = await list(runtime, principal, params.cluster, rest, cursorKey(cursor, positionForm));
  return { items: page.items, nextCursor: page.next === null ? null : cursorOf(page.next) };
});
