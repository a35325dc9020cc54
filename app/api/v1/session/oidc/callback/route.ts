import { finishOidcSession } from '#lib/contract/access.ts';
import { finishSignIn } from '#lib/http/oidc-sign-in.ts';
import { route } from '#lib/http/route.ts';

export const GET = route(finishOidcSession, ({ runtime, request, origin, peer }) =>
  finishSignIn(runtime, request, { origin, peer }),
);
