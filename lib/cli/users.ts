import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { hashPassword } from '#lib/auth/password.ts';
import { hashSecret, newTokenText, randomSecret } from '#lib/auth/secrets.ts';
import { isAccountName } from '#lib/domain/access/account-name.ts';
import { type Role, roles } from '#lib/domain/access/roles.ts';
import type { Stores } from '#lib/store/database.ts';
import type { UserRecord } from '#lib/store/users.ts';
import { type Command, UsageError } from './command.ts';
import { withDatabase } from './database-url.ts';

/** In the audit log: whoever has the database at hand, by the name of the system account. */
const operator = () => `cli:${userInfo().username}`;
const allowed = { actor: '', outcome: 'allowed', code: null } as const;

function readGrant(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { role: { type: 'string' }, cluster: { type: 'string' }, flow: { type: 'string' } },
  });
  const [name, ...more] = positionals;
  const role = roles.find((known) => known === values.role);
  if (!name || more.length > 0 || !role)
    throw new UsageError(`Name one user and --role ${roles.join('|')}; --cluster and --flow default to "*".`);
  return {
    name,
    grant: { role: role satisfies Role, cluster: values.cluster ?? '*', flow: values.flow ?? '*' },
  };
}

async function known(stores: Stores, name: string): Promise<UserRecord> {
  const user = await stores.users.byName(name);
  if (!user) throw new UsageError(`There is no user ${name}; "sluice users list" shows who there is.`);
  return user;
}

export const usersList: Command = {
  name: 'users list',
  usage: 'users list',
  summary: 'Who there is, with roles',
  async run({ env, out }) {
    const users = await withDatabase(env, (database) => database.stores.users.list());
    for (const user of users) {
      const grants = user.grants.map(({ role, cluster, flow }) => `${role} on ${cluster}/${flow}`).join(', ');
      out(`${user.name}: ${grants || 'no role'}${user.disabledAt ? ' (disabled)' : ''}`);
    }
    return 0;
  },
};

export const usersAdd: Command = {
  name: 'users add',
  usage: 'users add NAME --role ROLE [--cluster C] [--flow F]',
  summary: 'Create a user with a random password, shown once',
  async run({ args, env, out }) {
    const { name, grant } = readGrant(args);
    if (!isAccountName(name))
      throw new UsageError(
        `"${name}" can't be the name of a user: letters and digits, then also . _ @ -, at most 100; "system", "sluice" and "anonymous" are taken.`,
      );
    const password = randomSecret();
    const passwordHash = await hashPassword(password);
    await withDatabase(env, (database) =>
      database.transact(async (stores) => {
        const [same] = await stores.users.byNameInAnyCase(name);
        if (same) throw new UsageError(`There is a user ${same.name} already.`);
        const actor = operator();
        await stores.users.create({ name, passwordHash, by: actor, at: new Date(), grants: [grant] });
        const detail = { grants: [grant] };
        await stores.audit.append({
          ...allowed,
          actor,
          action: 'user.create',
          resource: `user/${name}`,
          detail,
        });
      }),
    );
    out(`${name} can sign in with the password ${password}`);
    return 0;
  },
};

export const usersGrant: Command = {
  name: 'users grant',
  usage: 'users grant NAME --role ROLE [--cluster C] [--flow F]',
  summary: 'Give a user one more role',
  async run({ args, env, out }) {
    const { name, grant } = readGrant(args);
    await withDatabase(env, (database) =>
      database.transact(async (stores) => {
        const user = await known(stores, name);
        await stores.users.addGrant(user.id, grant);
        const entry = {
          ...allowed,
          actor: operator(),
          action: 'user.grant',
          resource: `user/${name}`,
        } as const;
        await stores.audit.append({ ...entry, detail: { grant } });
      }),
    );
    out(`${name} is now ${grant.role} on ${grant.cluster}/${grant.flow}`);
    return 0;
  },
};

const switching = (verb: 'disable' | 'enable', summary: string): Command => ({
  name: `users ${verb}`,
  usage: `users ${verb} NAME`,
  summary,
  async run({ args, env, out }) {
    const [name, ...more] = args;
    if (!name || more.length > 0) throw new UsageError(`users ${verb} takes one name.`);
    const disables = verb === 'disable';
    await withDatabase(env, (database) =>
      database.transact(async (stores) => {
        const user = await known(stores, name);
        if ((user.disabledAt !== null) === disables) throw new UsageError(`${name} is ${verb}d already.`);
        const at = new Date();
        await stores.users.setDisabled(user.id, disables ? at : null);
        const entry = { ...allowed, actor: operator(), resource: `user/${name}`, detail: {} } as const;
        await stores.audit.append({ ...entry, action: disables ? 'user.disable' : 'user.enable' });
      }),
    );
    out(
      disables
        ? `${name} can't sign in any more; sessions and tokens have ended`
        : `${name} can sign in again`,
    );
    return 0;
  },
});
export const usersDisable = switching(
  'disable',
  'Let a user in no more: sessions end, tokens count for nothing',
);
export const usersEnable = switching('enable', 'Let a disabled user in again');

export const usersLink: Command = {
  name: 'users link',
  usage: 'users link NAME --provider ISSUER --subject SUBJECT',
  summary: 'Say which person of a provider this user is; the provider then signs them in',
  async run({ args, env, out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { provider: { type: 'string' }, subject: { type: 'string' } },
    });
    const [name, ...more] = positionals;
    const { provider, subject } = values;
    if (!name || more.length > 0 || !provider || !subject)
      throw new UsageError('Name one user, --provider and --subject, as the refused sign-in said them.');
    await withDatabase(env, (database) =>
      database.transact(async (stores) => {
        const user = await known(stores, name);
        const other = await stores.identities.find({ provider, subject });
        if (other) throw new UsageError(`${subject} of ${provider} is ${other.name} already.`);
        const actor = operator();
        const at = new Date();
        await stores.identities.link({ provider, subject }, user.id, actor, at);
        await stores.users.noteCredentials(user.id, actor, at);
        const entry = { ...allowed, actor, action: 'user.link', resource: `user/${name}` } as const;
        await stores.audit.append({ ...entry, detail: { provider, subject } });
      }),
    );
    out(`${name} is ${subject} of ${provider} now; an approver is barred from approving for 24 hours by it.`);
    return 0;
  },
};

export const usersResetPassword: Command = {
  name: 'users reset-password',
  usage: 'users reset-password NAME',
  summary: 'Set a random password, shown once; ends the sessions of that user',
  async run({ args, env, out }) {
    const [name, ...more] = args;
    if (!name || more.length > 0) throw new UsageError('users reset-password takes one name.');
    const password = randomSecret();
    const passwordHash = await hashPassword(password);
    await withDatabase(env, (database) =>
      database.transact(async (stores) => {
        const user = await known(stores, name);
        const actor = operator();
        await stores.users.setPassword(user.id, passwordHash, actor, new Date());
        const entry = { ...allowed, actor, action: 'user.reset_password', resource: `user/${name}` } as const;
        await stores.audit.append({ ...entry, detail: {} });
      }),
    );
    out(`${name} can sign in with the password ${password}`);
    return 0;
  },
};

export const metricsToken: Command = {
  name: 'metrics-token',
  usage: 'metrics-token',
  summary: 'Make a new token for /metrics, shown once; the old one ends',
  async run({ env, out }) {
    const token = newTokenText();
    await withDatabase(env, (database) =>
      database.transact(async (stores) => {
        await stores.tokens.replaceMetricsToken(hashSecret(token), new Date());
        const entry = { ...allowed, actor: operator(), action: 'metrics_token.create' } as const;
        await stores.audit.append({ ...entry, resource: 'metrics-token', detail: {} });
      }),
    );
    out(token);
    return 0;
  },
};
