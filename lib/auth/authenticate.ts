import type { Config, RoleRule } from '#lib/config/config.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import type { AskingUser } from '#lib/store/users.ts';
import { cookieValue } from './cookie.ts';
import { grantedTo } from './granted.ts';
import { personOf } from './person.ts';
import { namedByProxy } from './proxy-header.ts';
import { hashSecret } from './secrets.ts';

export const sessionCookie = 'sluice_session';
/** A session ends after this time without a request, and after the second one in any case. */
export const sessionIdleMs = 8 * 3_600_000;
export const sessionAbsoluteMs = 3 * 24 * 3_600_000;
const touchEveryMs = 60_000;

type Lookup = Pick<Stores, 'sessions' | 'tokens'>;
type Deps = {
  database: Pick<Database, 'stores' | 'transact'>;
  config: Pick<Config, 'roles' | 'auth'>;
  clock: () => Date;
};

/** In the audit log and beside an identity: the proxy of `auth.proxyHeader`. */
const proxy = 'proxy';

/** Address of whoever is connected, as lib/http/serve.ts saw it; what a client sends under that name is dropped there. */
export const peerIn = (headers: Pick<Headers, 'get'>): string => headers.get('x-sluice-peer') ?? 'unknown';

/** Value of the session cookie in a Cookie header; null without one. */
export const sessionValue = (cookieHeader: string | null): string | null =>
  cookieValue(cookieHeader, sessionCookie);

/** Groups as subjects. They count for as long as a session may last since a provider told them; then it has to be asked again, by signing in. */
const groupsOf = (user: AskingUser, now: Date): string[] =>
  user.groups
    .filter(({ at }) => now.getTime() - at.getTime() < sessionAbsoluteMs)
    .flatMap(({ names }) => names.map((name) => `group:${name}`));

/** Who the account is to what is asked: with the grants of the database and of the configuration. */
export const principalOf = (
  user: AskingUser,
  via: Principal['via'],
  rules: readonly RoleRule[],
  now: Date,
): Principal => ({
  userId: user.id,
  name: user.name,
  grants: [...user.grants, ...grantedTo(rules, [`user:${user.name}`, ...groupsOf(user, now)])],
  via,
});

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
  return principalOf(session.user, 'session', rules, now);
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
  return principalOf(token.user, 'token', rules, now);
}

/** The bearer's text; null without an Authorization header. @throws SluiceError `unauthenticated` for another scheme */
export function bearerText(authorization: string | null): string | null {
  if (authorization === null) return null;
  const text = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization.trim())?.[1];
  if (!text) throw new SluiceError('unauthenticated', 'The Authorization header must be "Bearer <token>".');
  return text;
}

/** @throws SluiceError `unauthenticated` for an account that was disabled */
async function byProxy(deps: Deps, name: string): Promise<Principal> {
  const user = await personOf(deps, { provider: proxy, subject: name, name, trusted: true });
  if (user.disabledAt)
    throw new SluiceError('unauthenticated', `The account ${user.name} is disabled here: ask an admin.`);
  return principalOf(user, 'proxy', deps.config.roles, deps.clock());
}

/** A browser keeps the cookie of an earlier sign-in: one that has ended says nothing, one of somebody else can't be both. */
async function requireNobodyElse(stores: Lookup, cookie: string, principal: Principal): Promise<void> {
  const session = await stores.sessions.find(hashSecret(cookie));
  if (session && session.user.id !== principal.userId)
    throw new SluiceError(
      'cookie_and_proxy',
      `The proxy says that ${principal.name} is asking, and the session cookie is of ${session.user.name}: remove the cookie, or sign in to the proxy as ${session.user.name}.`,
    );
}

const both = (one: string, other: string) =>
  new SluiceError('cookie_and_bearer', `The request carries ${one} and ${other}; send one.`);

/**
 * Who is asking: by the header of a trusted proxy, a session cookie or a bearer token.
 * @throws SluiceError `cookie_and_bearer` when a token is sent beside one of the others, `cookie_and_proxy` when the others are of two people,
 * `unauthenticated` when none is valid, `identity_unlinked`
 */
export async function authenticate(deps: Deps, headers: Pick<Headers, 'get'>): Promise<Principal> {
  const { stores } = deps.database;
  const { roles, auth } = deps.config;
  const cookie = sessionValue(headers.get('cookie'));
  const authorization = headers.get('authorization');
  const named = auth.proxyHeader ? namedByProxy(auth.proxyHeader, headers, peerIn(headers)) : null;
  if (authorization !== null && cookie !== null) throw both('a session cookie', 'a bearer token');
  if (authorization !== null && named !== null) throw both('a name from the proxy', 'a bearer token');
  const bearer = bearerText(authorization);
  if (bearer !== null) return byToken(stores, bearer, deps.clock(), roles);
  if (named !== null) {
    const principal = await byProxy(deps, named);
    if (cookie !== null) await requireNobodyElse(stores, cookie, principal);
    return principal;
  }
  if (cookie !== null) return bySession(stores, cookie, deps.clock(), roles);
  throw new SluiceError('unauthenticated', 'Sign in, or send a token as "Authorization: Bearer <token>".');
}
