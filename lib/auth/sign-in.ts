import type { Config } from '#lib/config/config.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import type { AskingUser } from '#lib/store/users.ts';
import { sessionAbsoluteMs, sessionIdleMs } from './authenticate.ts';
import { passwordMatches } from './password.ts';
import { hashSecret, randomSecret } from './secrets.ts';

type Deps = { database: Database; clock: () => Date };
export type StartedSession = { secret: string; user: AskingUser };

async function purge(stores: Stores, now: Date): Promise<void> {
  await stores.sessions.purge(now, new Date(now.getTime() - sessionIdleMs));
  await stores.throttle.purge(now);
  await stores.idempotency.purge(now);
}

/** A new session of somebody who has shown who they are, audited; only its hash is stored. */
export async function startSession(
  { database, clock }: Deps,
  person: { id: string; name: string },
  detail: Record<string, string>,
  beside: (stores: Stores) => Promise<void> = async () => undefined,
): Promise<StartedSession> {
  const secret = randomSecret();
  const idHash = hashSecret(secret);
  const at = clock();
  await database.transact(async (stores) => {
    await beside(stores);
    await purge(stores, at);
    const expiresAt = new Date(at.getTime() + sessionAbsoluteMs);
    await stores.sessions.create({ idHash, userId: person.id, at, expiresAt });
    await stores.audit.append({
      actor: person.name,
      action: 'session.create',
      outcome: 'allowed',
      code: null,
      resource: `user/${person.name}`,
      detail,
    });
  });
  const session = await database.stores.sessions.find(idHash);
  if (!session) throw new SluiceError('unauthenticated', 'The session has ended. Sign in again.');
  return { secret, user: session.user };
}

/**
 * Signs a local user in by name and password.
 * @throws SluiceError `local_sign_in_off`, `slow_down` after five failures of this account from this address (with `retryAfterMs`), `bad_credentials`
 */
export async function signIn(
  deps: Deps & { config: Pick<Config, 'auth'> },
  given: { name: string; password: string; peer: string },
): Promise<StartedSession> {
  const { database, clock, config } = deps;
  if (!config.auth.local)
    throw new SluiceError(
      'local_sign_in_off',
      'Names and passwords of Sluice itself are off here (auth.local): sign in as your organisation does.',
    );
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
  return startSession(deps, known, { peer }, (stores) => stores.throttle.forgive(name, peer));
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
