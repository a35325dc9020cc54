import { abortReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { abortReplay as abort } from '#lib/usecases/steer-replay.ts';

export const POST = route(abortReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await abort(runtime, principal, params.id, body)),
);
