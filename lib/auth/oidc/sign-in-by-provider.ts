import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import { personOf } from '../person.ts';
import { type StartedSession, startSession } from '../sign-in.ts';
import type { SignedIn } from './identity-provider.ts';

/**
 * A session of whom the provider has signed in, with the groups that it told. An account that was made here is theirs once an admin has linked it: a name
 * at the provider may be chosen by whoever bears it.
 * @throws SluiceError `identity_unlinked`, `sign_in_refused` for an account that is disabled
 */
export async function signInByProvider(
  deps: { database: Database; clock: () => Date },
  { groups, ...identity }: SignedIn,
  peer: string,
): Promise<StartedSession> {
  const person = await personOf(deps, { ...identity, trusted: false });
  if (person.disabledAt)
    throw new SluiceError('sign_in_refused', `The account ${person.name} is disabled here: ask an admin.`);
  const { provider } = identity;
  return startSession(deps, person, { peer, provider }, (stores) =>
    stores.identities.noteGroups(identity, groups, deps.clock()),
  );
}
