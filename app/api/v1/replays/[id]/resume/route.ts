import { resumeReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { resumeReplay as resume } from '#lib/usecases/steer-replay.ts';

export const POST = route(resumeReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await resume(runtime, principal, params.id, body)),
);
