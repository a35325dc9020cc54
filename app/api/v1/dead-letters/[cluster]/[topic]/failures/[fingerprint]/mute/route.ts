import { muteFailure, unmuteFailure } from '#lib/contract/dead-letter-acts.ts';
import { route } from '#lib/http/route.ts';
import { triageFailure } from '#lib/usecases/triage-failure.ts';

export const POST = route(muteFailure, ({ runtime, principal, params, body }) =>
  triageFailure(runtime, principal, params, {
    verb: 'mute',
    until: new Date(body.until),
    reason: body.reason,
  }),
);

export const DELETE = route(unmuteFailure, ({ runtime, principal, params }) =>
  triageFailure(runtime, principal, params, { verb: 'unmute' }),
);
