import { submitReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { submitReplay as submit } from '#lib/usecases/submit-replay.ts';

export const POST = route(submitReplay, async ({ runtime, principal, params }) =>
  viewReplay(runtime, principal, await submit(runtime, principal, params.id)),
);
