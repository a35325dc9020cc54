import { pauseAllReplays } from '#lib/contract/replays.ts';
import { route } from '#lib/http/route.ts';
import { pauseAllReplays as pauseAll } from '#lib/usecases/steer-replay.ts';

export const POST = route(pauseAllReplays, ({ runtime, principal, body }) =>
  pauseAll(runtime, principal, body),
);
