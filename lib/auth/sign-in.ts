import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import type { UserRecord } from '#lib/store/users.ts';
import { sessionAbsoluteMs, sessionIdleMs } from './authenticate.ts';
import { passwordMatches } from './password.ts';
import { hashSecret, randomSecret } from './secrets.ts';

type Deps = { database: Database; clock: () => Date };
export type StartedSession = { secret: string; user: UserRecord };

async function purge(stores: Stores, now: Date): Promise<void> {
  await stores.sessions.purge(now, new Date(now.getTime() - sessionIdleMs));
  await stores.throttle.purge(now);
  await stores.idempotency.purge(now);
}

/**
 * Signs a local user in: a new session, audited; only its hash is stored.
 * @throws SluiceError `slow_down` after five failures of this account from this address (with `retryAfterMs`), `bad_credentials`
 */
export async function signIn(
  { database, clock }: Deps,
  given: { name: string; password: string; peer: string },
): Promise<StartedSession> {
  const { name, password, peer } = given;
  const waitMs = await database.stores.throttle.attempt(name, peer, clock());
  if (waitMs > 0)
    throw new SluiceError(
      'slow_down',
      `Too many failed attempts for this name from this address. Try again in ${Math.ceil(waitMs / 1000)} s.`,
      { fields: { retryAfterMs: waitMs } },
    );
  const found = await database.stores.users.credentials(name);
  const known = found && !found.disabledAt ? found : null;
  if (!(await passwordMatches(password, known?.passwordHash ?? null)) || !known)
    throw new SluiceError('bad_credentials', 'The name or the password is wrong.', { fields: { name } });
  const secret = randomSecret();
  const at = clock();
  await database.transact(async (stores) => {
    await stores.throttle.forgive(name, peer);
    await purge(stores, at);
    await stores.sessions.create({
      idHash: hashSecret(secret),
      userId: known.id,
      at,
      expiresAt: new Date(at.getTime() + sessionAbsoluteMs),
    });
    await stores.audit.append({
      actor: known.name,
      action: 'session.create',
      outcome: 'allowed',
      code: null,
      resource: `user/${known.name}`,
      detail: { peer },
    });
  });
  const { passwordHash: _hash, ...user } = known;
  return { secret, user };
}

/** Ends the session with this secret; a session that is gone already is no error. */
export async function signOut({ database }: Deps, secret: string, name: string): Promise<void> {
  await database.transact(async (stores) => {
    if (!(await stores.sessions.delete(hashSecret(secret)))) return;
    await stores.audit.append({
      actor: name,
      action: 'session.delete',
      outcome: 'allowed',
      code: null,
      resource: `user/${name}`,
      detail: {},
    });
  });
}
