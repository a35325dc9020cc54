import { reviewReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { reviewReplay as review } from '#lib/usecases/review-replay.ts';

export const POST = route(reviewReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await review(runtime, principal, params.id, body)),
);
