import { draftReplay, listReplays } from '#lib/contract/replays.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { draftReplay as draft } from '#lib/usecases/draft-replay.ts';
import { listReplays as list, parseStates } from '#lib/usecases/list-replays.ts';

const place = /^\d{1,15}:[\w-]{1,100}$/;

export const GET = route(listReplays, async ({ runtime, principal, query }) => {
  const [at, id] = cursorKey(query.cursor, place)?.split(':') ?? [];
  const rows = await list(
    runtime,
    principal,
    {
      ...(query.state === undefined ? {} : { states: parseStates(query.state) }),
      ...(query.topic === undefined ? {} : { topic: query.topic }),
      ...(query.requester === undefined ? {} : { requester: query.requester }),
      ...(query.awaitingMe === 'true' || query.awaitingMe === '1'
        ? { awaitingUserId: principal.userId }
        : {}),
    },
    {
      limit: query.limit + 1,
      ...(at !== undefined && id !== undefined ? { before: { createdAt: new Date(Number(at)), id } } : {}),
    },
  );
  return pageOf(
    rows,
    query.limit,
    (row) => `${row.createdAt.getTime()}:${row.view.id}`,
    (row) => row.view,
  );
});

export const POST = route(draftReplay, async ({ runtime, principal, body }) =>
  viewReplay(runtime, principal, await draft(runtime, principal, body)),
);
