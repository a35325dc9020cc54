import { snoozeFailure, unsnoozeFailure } from '#lib/contract/dead-letter-acts.ts';
import { route } from '#lib/http/route.ts';
import { triageFailure } from '#lib/usecases/triage-failure.ts';

export const POST = route(snoozeFailure, ({ runtime, principal, params, body }) =>
  triageFailure(runtime, principal, params, { verb: 'snooze', until: new Date(body.until) }),
);

export const DELETE = route(unsnoozeFailure, ({ runtime, principal, params }) =>
  triageFailure(runtime, principal, params, { verb: 'unsnooze' }),
);
