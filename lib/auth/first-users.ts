import type { Role } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import { longestTokenMs } from './manage-tokens.ts';
import { hashPassword } from './password.ts';
import { hashSecret, newTokenText, randomSecret } from './secrets.ts';

export type DemoUser = { name: string; role: Role; password: string; token: string };
/** Content of `$SLUICE_HOME/credentials.json` (api.md). */
export type DemoCredentials = { baseUrl: string; users: DemoUser[]; metricsToken: string };

const demoPeople: readonly (readonly [string, Role])[] = [
  ['ana', 'responder'],
  ['ben', 'approver'],
  ['cleo', 'approver'],
  ['vera', 'viewer'],
  ['root', 'admin'],
];
const actor = 'system';

type Deps = { database: Database; clock: () => Date };

async function createPerson(
  stores: Stores,
  person: DemoUser,
  passwordHash: string,
  now: Date,
): Promise<void> {
  const grants = [{ role: person.role, cluster: '*', flow: '*' }];
  const userId = await stores.users.create({ name: person.name, passwordHash, by: actor, at: now, grants });
  await stores.tokens.create({
    hash: hashSecret(person.token),
    name: 'demo',
    userId,
    at: now,
    expiresAt: new Date(now.getTime() + longestTokenMs),
  });
}

/**
 * Creates the demo's five people when there is nobody yet. `keep` gets the secrets before the transaction commits, so that
 * after a crash either nobody exists (and the next start begins again) or everybody does and the file is there.
 * @returns false when there are users already
 */
export async function createDemoUsers(
  { database, clock }: Deps,
  baseUrl: string,
  keep: (credentials: DemoCredentials) => Promise<void>,
): Promise<boolean> {
  if ((await database.stores.users.count()) > 0) return false;
  const users = demoPeople.map(([name, role]) => ({
    name,
    role,
    password: randomSecret(),
    token: newTokenText(),
  }));
  const hashes = await Promise.all(users.map((user) => hashPassword(user.password)));
  const metricsToken = newTokenText();
  const now = clock();
  return database.transact(async (stores) => {
    await stores.users.lockAccounts();
    if ((await stores.users.count()) > 0) return false;
    for (const [index, user] of users.entries()) await createPerson(stores, user, hashes[index] ?? '', now);
    await stores.tokens.replaceMetricsToken(hashSecret(metricsToken), now);
    await stores.audit.append({
      actor,
      action: 'system.bootstrap',
      outcome: 'allowed',
      code: null,
      resource: 'users',
      detail: { users: users.map(({ name, role }) => ({ name, role })), demo: true },
    });
    await keep({ baseUrl, users, metricsToken });
    return true;
  });
}

/** A new one-time token for the first admin, replacing an unused one; null when there are users already. */
export async function newSetupToken({ database, clock }: Deps): Promise<string | null> {
  return database.transact(async (stores) => {
    await stores.users.lockAccounts();
    if ((await stores.users.count()) > 0) return null;
    const token = randomSecret();
    await stores.users.replaceSetupToken(hashSecret(token), clock());
    return token;
  });
}

/**
 * The first admin, by the set-up token. It works once, and only while there are no users.
 * @throws SluiceError `conflict` when there are users, `bad_credentials` for a wrong or used token, `slow_down` after failures
 */
export async function createFirstAdmin(
  { database, clock }: Deps,
  given: { token: string; name: string; password: string; peer: string },
): Promise<void> {
  const waitMs = await database.stores.throttle.attempt('set-up', given.peer, clock());
  if (waitMs > 0)
    throw new SluiceError('slow_down', `Too many attempts. Try again in ${Math.ceil(waitMs / 1000)} s.`, {
      fields: { retryAfterMs: waitMs },
    });
  const passwordHash = await hashPassword(given.password);
  await database.transact(async (stores) => {
    await stores.users.lockAccounts();
    if ((await stores.users.count()) > 0)
      throw new SluiceError(
        'conflict',
        'There are users already: the set-up is done. Sign in, or ask an admin for an account.',
      );
    if (!(await stores.users.useSetupToken(hashSecret(given.token), clock())))
      throw new SluiceError(
        'bad_credentials',
        'The set-up token is wrong or was used. A restart prints a new one.',
      );
    await stores.users.create({
      name: given.name,
      passwordHash,
      by: given.name,
      at: clock(),
      grants: [{ role: 'admin', cluster: '*', flow: '*' }],
    });
    await stores.throttle.forgive('set-up', given.peer);
    await stores.audit.append({
      actor: given.name,
      action: 'user.create',
      outcome: 'allowed',
      code: null,
      resource: `user/${given.name}`,
      detail: { roles: ['admin'], by: 'set-up token', peer: given.peer },
    });
  });
}
