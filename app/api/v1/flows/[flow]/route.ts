import { getFlow } from '#lib/contract/flows.ts';
import { route } from '#lib/http/route.ts';
import { describeFlow } from '#lib/usecases/describe-flows.ts';

export const GET = route(getFlow, ({ runtime, principal, params }) =>
  describeFlow(runtime, principal, params.flow),
);
