import { grantsOf, sessionValue } from '#lib/auth/authenticate.ts';
import { meOf } from '#lib/auth/me.ts';
import { signIn, signOut } from '#lib/auth/sign-in.ts';
import { createSession, deleteSession } from '#lib/contract/access.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { json, noContent } from '#lib/http/respond.ts';
import { route } from '#lib/http/route.ts';
import { clearSessionCookie, setSessionCookie } from '#lib/http/session-cookie.ts';

export const POST = route(createSession, async ({ runtime, body, peer, origin }) => {
  const { secret, user } = await signIn(runtime, { ...body, peer });
  const grants = [...user.grants, ...grantsOf(runtime.config.roles, user.name)];
  const principal = { userId: user.id, name: user.name, grants, via: 'session' as const };
  return json(meOf(principal, runtime.environment.demo), 201, {
    'set-cookie': setSessionCookie(secret, origin),
  });
});

export const DELETE = route(deleteSession, async ({ runtime, principal, request, origin }) => {
  const secret = sessionValue(request.headers.get('cookie'));
  if (secret === null)
    throw new SluiceError(
      'bad_request',
      'Only a browser session can sign out; revoke a token by DELETE /tokens/{id}.',
    );
  await signOut(runtime, secret, principal.name);
  return noContent({ 'set-cookie': clearSessionCookie(origin) });
});
