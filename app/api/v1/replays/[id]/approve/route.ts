import { approveReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { approveReplay as approve } from '#lib/usecases/decide-replay.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';

export const POST = route(approveReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await approve(runtime, principal, params.id, body)),
);
