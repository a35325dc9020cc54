import { rejectReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { rejectReplay as reject } from '#lib/usecases/decide-replay.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';

export const POST = route(rejectReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await reject(runtime, principal, params.id, body)),
);
