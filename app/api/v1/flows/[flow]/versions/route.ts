import { listFlowVersions as operation } from '#lib/contract/flow-versions.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listFlowVersions } from '#lib/usecases/flow-sheet/flow-versions.ts';

export const GET = route(operation, async ({ runtime, principal, params, query: { limit, cursor } }) => {
  const after = cursorKey(cursor, /^\d{1,9}$/);
  const page = { limit: limit + 1, before: after === null ? null : Number(after) };
  return pageOf(
    await listFlowVersions(runtime, principal, params.flow, page),
    limit,
    ({ version }) => String(version),
    (version) => version,
  );
});
