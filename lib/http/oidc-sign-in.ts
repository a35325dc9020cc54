import type { IdentityProvider } from '#lib/auth/oidc/identity-provider.ts';
import { signInByProvider } from '#lib/auth/oidc/sign-in-by-provider.ts';
import type { WebRuntime } from '#lib/compose/web.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { safeNext } from '#lib/domain/links/safe-next.ts';
import { callbackOf, forgetSignIn, keepSignIn, keptSignIn, sayRefused } from './oidc-cookies.ts';
import { asSluiceError } from './respond.ts';
import { setSessionCookie } from './session-cookie.ts';

type Runtime = Pick<WebRuntime, 'identityProvider' | 'database' | 'clock'>;

function sentTo(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
}

/** Back at the sign-in page, which says why. */
const sentBack = (error: SluiceError, origin: string): Response =>
  sentTo('/sign-in', [sayRefused(error.message, origin), forgetSignIn(origin)]);

function providerOf({ identityProvider }: Runtime): IdentityProvider {
  if (identityProvider) return identityProvider;
  throw new SluiceError(
    'not_found',
    'No identity provider is configured (auth.oidc): sign in with a name and a password.',
  );
}

/** Off to the identity provider; what has to come back with the browser goes with it. */
export async function beginSignIn(
  runtime: Runtime,
  origin: string,
  next: string | undefined,
): Promise<Response> {
  const provider = providerOf(runtime);
  try {
    const { url, kept } = await provider.begin(callbackOf(origin), safeNext(next));
    return sentTo(url.href, [keepSignIn(kept, origin)]);
  } catch (error) {
    return sentBack(asSluiceError(error, 'beginOidcSession'), origin);
  }
}

/**
 * Back from the identity provider: a session, or the sign-in page with the reason. The session's cookie is not sent on a way that began at another site, so
 * the browser is asked to go on by itself.
 */
export async function finishSignIn(
  runtime: Runtime,
  request: Request,
  { origin, peer }: { origin: string; peer: string },
): Promise<Response> {
  const provider = providerOf(runtime);
  const { pathname, search } = new URL(request.url);
  try {
    const kept = keptSignIn(request.headers);
    if (!kept)
      throw new SluiceError(
        'sign_in_refused',
        'This browser has not begun to sign in here, or more than ten minutes ago. Sign in again.',
      );
    const { secret } = await signInByProvider(
      runtime,
      await provider.finish(new URL(`${origin}${pathname}${search}`), kept),
      peer,
    );
    const headers = new Headers({
      refresh: `0; url=${safeNext(kept.next)}`,
      'content-type': 'text/html; charset=utf-8',
    });
    headers.append('set-cookie', setSessionCookie(secret, origin));
    headers.append('set-cookie', forgetSignIn(origin));
    return new Response('<!doctype html><title>Sluice</title><p>Signed in. <a href="/">Go on to Sluice</a>', {
      headers,
    });
  } catch (thrown) {
    const error = asSluiceError(thrown, 'finishOidcSession');
    if (error.status === 403)
      await runtime.database.transact((stores) =>
        stores.audit.append({
          ...{ actor: 'anonymous', action: 'session.create', outcome: 'refused', code: error.code },
          ...{ resource: 'session', detail: { reason: error.message, via: null, peer } },
        }),
      );
    return sentBack(error, origin);
  }
}
