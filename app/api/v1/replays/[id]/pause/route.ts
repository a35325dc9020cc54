import { pauseReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { pauseReplay as pause } from '#lib/usecases/steer-replay.ts';

export const POST = route(pauseReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await pause(runtime, principal, params.id, body)),
);
