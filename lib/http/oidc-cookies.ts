import { z } from 'zod';
import { cookieValue } from '#lib/auth/cookie.ts';
import type { KeptSignIn } from '#lib/auth/oidc/identity-provider.ts';

const callbackPath = '/api/v1/session/oidc/callback';
const keptCookie = 'sluice_oidc';
const refusedCookie = 'sluice_refused';
/** How long signing in at the provider may take. */
const keptSeconds = 600;
const refusedSeconds = 60;
const refusedCharacters = 600;

const kept = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string(), next: z.string() });

/** Lax: the browser comes back from another site. */
const attributes = (origin: string, path: string, seconds: number) =>
  `Max-Age=${seconds}; HttpOnly; SameSite=Lax; Path=${path}${origin.startsWith('https:') ? '; Secure' : ''}`;
const packed = (value: string) => Buffer.from(value).toString('base64url');
const unpacked = (value: string) => Buffer.from(value, 'base64url').toString();

/** Where the provider sends the browser back to, as registered there. */
export const callbackOf = (origin: string): string => `${origin}${callbackPath}`;

/** Set-Cookie of a sign-in under way. */
export const keepSignIn = (signIn: KeptSignIn, origin: string): string =>
  `${keptCookie}=${packed(JSON.stringify(signIn))}; ${attributes(origin, callbackPath, keptSeconds)}`;

/** Set-Cookie that ends it: what was kept counts once. */
export const forgetSignIn = (origin: string): string =>
  `${keptCookie}=; ${attributes(origin, callbackPath, 0)}`;

/** What the browser kept; null where it kept nothing, or something else. */
export function keptSignIn(headers: Pick<Headers, 'get'>): KeptSignIn | null {
  const value = cookieValue(headers.get('cookie'), keptCookie);
  if (value === null) return null;
  try {
    const found = kept.safeParse(JSON.parse(unpacked(value)));
    return found.success ? found.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Set-Cookie that tells the sign-in page why somebody is back there: in a cookie and not in its address, where anybody could write. */
export const sayRefused = (why: string, origin: string): string =>
  `${refusedCookie}=${packed(why.slice(0, refusedCharacters))}; ${attributes(origin, '/sign-in', refusedSeconds)}`;

/** Why the last sign-in was refused, for a minute; null where none was. */
export function refusedSignIn(headers: Pick<Headers, 'get'>): string | null {
  const value = cookieValue(headers.get('cookie'), refusedCookie);
  return value === null ? null : unpacked(value);
}
