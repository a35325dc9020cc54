import { sessionAbsoluteMs, sessionCookie } from '#lib/auth/authenticate.ts';

const attributes = (origin: string) =>
  `HttpOnly; SameSite=Strict; Path=/${origin.startsWith('https:') ? '; Secure' : ''}`;

/** Set-Cookie of a new session: not readable by scripts, never sent along from another site. */
export const setSessionCookie = (secret: string, origin: string): string =>
  `${sessionCookie}=${secret}; Max-Age=${sessionAbsoluteMs / 1000}; ${attributes(origin)}`;

/** Set-Cookie that makes the browser forget it. */
export const clearSessionCookie = (origin: string): string =>
  `${sessionCookie}=; Max-Age=0; ${attributes(origin)}`;
