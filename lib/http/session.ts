import { authenticate } from '#lib/auth/authenticate.ts';
import { webRuntime } from '#lib/compose/web.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { refusedSignIn } from './oidc-cookies.ts';

/** What the sign-in page offers, and why somebody who tried is there again. */
export type SignInWays = { local: boolean; provider: string | null; demo: boolean; refused: string | null };

/** The ways to sign in, with what was said of the last attempt, or of the name that a proxy sends. */
export async function signInWays(headers: Pick<Headers, 'get'>): Promise<SignInWays> {
  const { config, environment } = await webRuntime();
  const { local, oidc, proxyHeader } = config.auth;
  return {
    local,
    provider: oidc && new URL(oidc.issuer).host,
    demo: environment.demo,
    refused: refusedSignIn(headers) ?? (proxyHeader ? await whyNobody(headers) : null),
  };
}

async function whyNobody(headers: Pick<Headers, 'get'>): Promise<string | null> {
  try {
    await authenticate(await webRuntime(), headers);
    return null;
  } catch (error) {
    if (error instanceof SluiceError && error.status < 500) return error.message;
    throw error;
  }
}

/** Who looks at a page; null when nobody is signed in, or it can't be told who. For server-rendered pages. */
export async function pagePrincipal(headers: Pick<Headers, 'get'>): Promise<Principal | null> {
  const runtime = await webRuntime();
  try {
    return await authenticate(runtime, headers);
  } catch (error) {
    if (error instanceof SluiceError && error.status < 500) return null;
    throw error;
  }
}
