import { listFlows } from '#lib/contract/flows.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { describeFlows } from '#lib/usecases/describe-flows.ts';

export const GET = route(listFlows, async ({ runtime, principal, query }) => {
  const after = cursorKey(query.cursor, /^.{1,249}$/s);
  const flows = await describeFlows(runtime, principal);
  const start = after === null ? 0 : flows.findIndex((flow) => flow.name === after) + 1;
  return pageOf(
    flows.slice(start, start + query.limit + 1),
    query.limit,
    (flow) => flow.name,
    (flow) => flow,
  );
});
