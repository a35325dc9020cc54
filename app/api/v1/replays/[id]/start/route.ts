import { startReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { startReplay as start } from '#lib/usecases/start-replay.ts';

export const POST = route(startReplay, async ({ runtime, principal, params }) =>
  viewReplay(runtime, principal, await start(runtime, principal, params.id)),
);
