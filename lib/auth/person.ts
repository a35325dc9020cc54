import { isAccountName } from '#lib/domain/access/account-name.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import type { Identity } from '#lib/store/identities.ts';
import type { AskingUser, UserRecord } from '#lib/store/users.ts';

type Deps = { database: Pick<Database, 'stores' | 'transact'>; clock: () => Date };

/**
 * One spelling of a provider's name: a directory that signs "Ben" and "ben" in as one person must not make two of them, of whom one could approve what
 * the other asked for. null for what can't be a name.
 */
export function spelling(name: string): string | null {
  const one = name.normalize('NFKC').trim().toLowerCase();
  return isAccountName(one) ? one : null;
}

/** What a provider says of somebody. `name` is a `spelling`; `trusted` says whether it alone tells which account is meant. */
export type Provided = Identity & { name: string; trusted: boolean };

/**
 * The account of somebody whom a provider has signed in: the one that was linked, else the one of that name, else a new one without a role or a password.
 * Which provider stands for whom is decided once, and audited.
 * @throws SluiceError `identity_unlinked` where an account has the name, and the provider's word is not enough to be that account
 */
export async function personOf(deps: Deps, provided: Provided): Promise<AskingUser> {
  const { identities } = deps.database.stores;
  const known = await identities.find(provided);
  if (known) return known;
  await deps.database.transact(async (stores) => {
    // A page asks many things at once: the first of them links, the others find it done.
    await stores.users.lockAccounts();
    if (!(await stores.identities.find(provided))) await linkAnew(stores, provided, deps.clock());
  });
  const linked = await identities.find(provided);
  if (!linked) throw new Error(`${provided.subject} of ${provided.provider} was linked and is not there.`);
  return linked;
}

async function linkAnew(
  stores: Stores,
  { provider, subject, name, trusted }: Provided,
  at: Date,
): Promise<void> {
  const existing = await accountNamed(stores, name);
  if (existing && !trusted) {
    const [other] = await stores.identities.subjectsOf(provider, existing.id);
    throw new SluiceError(
      'identity_unlinked',
      other === undefined
        ? `There is an account ${existing.name} here already, and ${provider} has not signed it in before. If it is the same person, an admin links it: npx --no-install sluice users link ${existing.name} --provider ${provider} --subject ${subject}`
        : `${existing.name} stands for another person of ${provider} (${other}). An admin can link this one (${subject}) to an account of another name.`,
    );
  }
  const actor = existing?.name ?? name;
  const entry = { actor, outcome: 'allowed', code: null, resource: `user/${actor}` } as const;
  const id =
    existing?.id ?? (await stores.users.create({ name, passwordHash: null, by: name, at, grants: [] }));
  if (!existing)
    await stores.audit.append({ ...entry, action: 'user.create', detail: { roles: [], by: provider } });
  await stores.identities.link({ provider, subject }, id, actor, at);
  await stores.audit.append({ ...entry, action: 'user.link', detail: { provider, subject } });
}

/** @throws SluiceError `identity_unlinked` where two accounts differ in nothing but upper and lower case */
async function accountNamed(stores: Stores, name: string): Promise<UserRecord | null> {
  const found = await stores.users.byNameInAnyCase(name);
  const [one, other] = found;
  if (one && other)
    throw new SluiceError(
      'identity_unlinked',
      `The accounts ${found.map((each) => each.name).join(' and ')} differ in upper and lower case only, so it can't be told which of them is meant.`,
    );
  return one ?? null;
}
