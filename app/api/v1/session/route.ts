import { principalOf, sessionValue } from '#lib/auth/authenticate.ts';
import { meOf } from '#lib/auth/me.ts';
import { signIn, signOut } from '#lib/auth/sign-in.ts';
import { createSession, deleteSession } from '#lib/contract/access.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { json, noContent } from '#lib/http/respond.ts';
import { route } from '#lib/http/route.ts';
import { clearSessionCookie, setSessionCookie } from '#lib/http/session-cookie.ts';

export const POST = route(createSession, async ({ runtime, body, peer, origin }) => {
  const { secret, user } = await signIn(runtime, { ...body, peer });
  const principal = principalOf(user, 'session', runtime.config.roles, runtime.clock());
  return json(meOf(principal, runtime.environment.demo), 201, {
    'set-cookie': setSessionCookie(secret, origin),
  });
});

export const DELETE = route(deleteSession, async ({ runtime, principal, request, origin }) => {
  const secret = sessionValue(request.headers.get('cookie'));
  if (secret === null)
    throw new SluiceError(
      'bad_request',
      principal.via === 'proxy'
        ? 'The proxy in front of Sluice signs you in, with every request: sign out there.'
        : 'Only a browser session can sign out; revoke a token by DELETE /tokens/{id}.',
    );
  await signOut(runtime, secret, principal.name);
  return noContent({ 'set-cookie': clearSessionCookie(origin) });
});
