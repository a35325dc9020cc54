import type { RoleRule } from '#lib/config/config.ts';
import type { Principal, RoleGrant } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Stores } from '#lib/store/database.ts';
import type { UserRecord } from '#lib/store/users.ts';
import { hashSecret } from './secrets.ts';

export const sessionCookie = 'sluice_session';
/** A session ends after this time without a request, and after the second one in any case. */
export const sessionIdleMs = 8 * 3_600_000;
export const sessionAbsoluteMs = 3 * 24 * 3_600_000;
const touchEveryMs = 60_000;

type Lookup = Pick<Stores, 'sessions' | 'tokens'>;
export type Credentials = { cookie: string | null; authorization: string | null };

/** Value of the session cookie in a Cookie header; null without one. */
export function sessionValue(cookieHeader: string | null): string | null {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === sessionCookie) return pair.slice(at + 1).trim() || null;
  }
  return null;
}

/** Grants of the database and of the configuration (`user:<name>` subjects) together. */
const principalOf = (user: UserRecord, via: Principal['via'], rules: readonly RoleRule[]): Principal => ({
  userId: user.id,
  name: user.name,
  grants: [...user.grants, ...grantsOf(rules, user.name)],
  via,
});

/** What the configuration grants to a person by name. */
export const grantsOf = (rules: readonly RoleRule[], name: string): RoleGrant[] =>
  rules
    .filter((rule) => rule.subjects.includes(`user:${name}`))
    .flatMap((rule) =>
      rule.clusters.flatMap((cluster) => rule.flows.map((flow) => ({ role: rule.role, cluster, flow }))),
    );

async function bySession(
  stores: Lookup,
  value: string,
  now: Date,
  rules: readonly RoleRule[],
): Promise<Principal> {
  const session = await stores.sessions.find(hashSecret(value));
  const idleSince = now.getTime() - sessionIdleMs;
  if (
    !session ||
    session.user.disabledAt ||
    session.expiresAt <= now ||
    session.lastSeenAt.getTime() <= idleSince
  )
    throw new SluiceError('unauthenticated', 'The session has ended. Sign in again.');
  if (now.getTime() - session.lastSeenAt.getTime() >= touchEveryMs)
    await stores.sessions.touch(session.idHash, now);
  return principalOf(session.user, 'session', rules);
}

async function byToken(
  stores: Lookup,
  text: string,
  now: Date,
  rules: readonly RoleRule[],
): Promise<Principal> {
  const token = await stores.tokens.findByHash(hashSecret(text));
  if (!token || token.revokedAt || token.user.disabledAt || token.expiresAt <= now)
    throw new SluiceError('unauthenticated', 'The token is not known, was revoked, or has expired.');
  if (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() >= touchEveryMs)
    await stores.tokens.touch(token.id, now);
  return principalOf(token.user, 'token', rules);
}

/** The bearer's text; null without an Authorization header. @throws SluiceError `unauthenticated` for another scheme */
export function bearerText(authorization: string | null): string | null {
  if (authorization === null) return null;
  const text = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization.trim())?.[1];
  if (!text) throw new SluiceError('unauthenticated', 'The Authorization header must be "Bearer <token>".');
  return text;
}

/**
 * Who is asking, by session cookie or bearer token.
 * @throws SluiceError `cookie_and_bearer` when both are sent, `unauthenticated` when neither is valid
 */
export async function authenticate(
  stores: Lookup,
  credentials: Credentials,
  now: Date,
  rules: readonly RoleRule[],
): Promise<Principal> {
  const cookie = sessionValue(credentials.cookie);
  if (cookie !== null && credentials.authorization !== null)
    throw new SluiceError(
      'cookie_and_bearer',
      'The request carries a session cookie and a bearer token; send one.',
    );
  const bearer = bearerText(credentials.authorization);
  if (bearer !== null) return byToken(stores, bearer, now, rules);
  if (cookie !== null) return bySession(stores, cookie, now, rules);
  throw new SluiceError('unauthenticated', 'Sign in, or send a token as "Authorization: Bearer <token>".');
}
