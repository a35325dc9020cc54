import { claimFailure, releaseFailure } from '#lib/contract/dead-letter-acts.ts';
import { route } from '#lib/http/route.ts';
import { triageFailure } from '#lib/usecases/triage-failure.ts';

export const POST = route(claimFailure, ({ runtime, principal, params, body }) =>
  triageFailure(runtime, principal, params, { verb: 'claim', takeOver: body.takeOver ?? false }),
);

export const DELETE = route(releaseFailure, ({ runtime, principal, params }) =>
  triageFailure(runtime, principal, params, { verb: 'release' }),
);
