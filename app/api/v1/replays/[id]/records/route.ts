import { listReplayRecords } from '#lib/contract/replays.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { readReplayRecords } from '#lib/usecases/read-replay-records.ts';

const ordinal = /^\d{1,9}$/;

export const GET = route(listReplayRecords, async ({ runtime, principal, params, query }) => {
  const after = cursorKey(query.cursor, ordinal);
  const rows = await readReplayRecords(runtime, principal, params.id, {
    from: after === null ? 0 : Number(after) + 1,
    limit: query.limit,
    outcome: query.outcome,
  });
  return pageOf(
    rows,
    query.limit,
    (row) => String(row.ordinal),
    (row) => row,
  );
});
