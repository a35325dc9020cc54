import { listFailureGroups } from '#lib/contract/dead-letters.ts';
import { cursorKey, cursorOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listFailureGroups as list } from '#lib/usecases/list-failure-groups.ts';

const form = /^\d{1,9} \d{1,9} [\w-]{1,64}$/;

export const GET = route(listFailureGroups, async ({ runtime, principal, params, query }) => {
  const [open, count, fingerprint] = cursorKey(query.cursor, form)?.split(' ') ?? [];
  const { items, next, atLeast } = await list(
    runtime,
    principal,
    params,
    {
      disposition: query.disposition,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
      filter: query.filter,
    },
    {
      limit: query.limit,
      after: fingerprint === undefined ? null : { open: Number(open), count: Number(count), fingerprint },
    },
  );
  return {
    items,
    nextCursor: next ? cursorOf(`${next.open} ${next.count} ${next.fingerprint}`) : null,
    atLeast,
  };
});
