import { breakGlassReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { breakGlass } from '#lib/usecases/break-glass.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';

export const POST = route(breakGlassReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await breakGlass(runtime, principal, params.id, body)),
);
