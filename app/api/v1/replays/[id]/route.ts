import { editReplay, getReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { describeReplay, viewReplay } from '#lib/usecases/describe-replay.ts';
import { editReplay as edit } from '#lib/usecases/edit-replay.ts';

export const GET = route(getReplay, ({ runtime, principal, params }) =>
  describeReplay(runtime, principal, params.id),
);

export const PATCH = route(editReplay, async ({ runtime, principal, params, body }) =>
  viewReplay(runtime, principal, await edit(runtime, principal, params.id, body)),
);
