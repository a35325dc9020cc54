import { beginOidcSession } from '#lib/contract/access.ts';
import { beginSignIn } from '#lib/http/oidc-sign-in.ts';
import { route } from '#lib/http/route.ts';

export const GET = route(beginOidcSession, ({ runtime, origin, query }) =>
  beginSignIn(runtime, origin, query.next),
);
