import { withdrawReplay } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { viewReplay } from '#lib/usecases/describe-replay.ts';
import { withdrawReplay as withdraw } from '#lib/usecases/steer-replay.ts';

export const POST = route(withdrawReplay, async ({ runtime, principal, params }) =>
  viewReplay(runtime, principal, await withdraw(runtime, principal, params.id)),
);
