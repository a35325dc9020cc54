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
  const named = proxyHeader !== null && (headers.get(proxyHeader.userHeader) ?? '').trim() !== '';
  const asking = named ? await askingIn(headers) : null;
  return {
    local,
    provider: oidc && new URL(oidc.issuer).host,
    demo: environment.demo,
    refused: refusedSignIn(headers) ?? (asking instanceof SluiceError ? asking.message : null),
  };
}

/** Who looks at a page; null when nobody is signed in, or it can't be told who. For server-rendered pages. */
export async function pagePrincipal(headers: Pick<Headers, 'get'>): Promise<Principal | null> {
  const asking = await askingIn(headers);
  return asking instanceof SluiceError ? null : asking;
}

/** Who asks, or why nobody does. @throws what is not the asking person's to mend */
async function askingIn(headers: Pick<Headers, 'get'>): Promise<Principal | SluiceError> {
  try {
    return await authenticate(await webRuntime(), headers);
  } catch (error) {
    if (error instanceof SluiceError && error.status < 500) return error;
    throw error;
  }
}
