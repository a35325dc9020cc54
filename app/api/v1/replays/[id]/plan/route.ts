import { planReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { planReplay as plan } from '#lib/usecases/plan-replay.ts';

export const POST = route(planReplay, async ({ runtime, principal, params }) =>
  viewReplay(runtime, principal, await plan(runtime, principal, params.id)),
);
