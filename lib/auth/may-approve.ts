import type { Principal } from '#lib/domain/access/roles.ts';
import { type Explanation, SluiceError } from '#lib/domain/kernel/errors.ts';
import type { UserRecord, UserStore } from '#lib/store/users.ts';

const freshForMs = 24 * 3_600_000;

/** Whether another person created or reset these credentials within 24 hours: that person might be the one who approves. */
export const credentialsBarApproval = (
  user: Pick<UserRecord, 'name' | 'credentialsChangedAt' | 'credentialsChangedBy'>,
  now: Date,
  demo: boolean,
): boolean =>
  !demo &&
  user.credentialsChangedBy !== user.name &&
  now.getTime() - user.credentialsChangedAt.getTime() < freshForMs;

/** Whether this sign-in may not approve: outside the demo a person has to be there, not a token. */
export const tokenBarsApproval = (principal: Pick<Principal, 'via'>, demo: boolean): boolean =>
  principal.via === 'token' && !demo;

/**
 * What approving asks of the approver's sign-in, besides the permission (design.md, Trust).
 * @throws SluiceError `cannot_approve_by_token`, `fresh_credentials`
 */
export async function requireApprovableSignIn(
  deps: {
    users: Pick<UserStore, 'byId'>;
    demo: boolean;
    /** Who could do it instead (explainByOthers); asked where it is refused. */
    explain: () => Promise<Explanation>;
  },
  principal: Principal,
  now: Date,
): Promise<void> {
  if (tokenBarsApproval(principal, deps.demo)) {
    const explanation = await deps.explain();
    const grantedBy = [`${principal.name}, signed in in the browser`, ...explanation.grantedBy];
    throw new SluiceError(
      'cannot_approve_by_token',
      'Approve in the browser, signed in with your own password: a token cannot approve here.',
      { explain: { ...explanation, grantedBy } },
    );
  }
  const user = await deps.users.byId(principal.userId);
  if (!user) throw new SluiceError('unauthenticated', 'This account is gone. Sign in again.');
  if (!credentialsBarApproval(user, now, deps.demo)) return;
  const until = new Date(user.credentialsChangedAt.getTime() + freshForMs).toISOString();
  throw new SluiceError(
    'fresh_credentials',
    `The credentials of ${user.name} were set by ${user.credentialsChangedBy} at ${user.credentialsChangedAt.toISOString()}. They can approve from ${until}; until then ask another approver.`,
    { explain: await deps.explain() },
  );
}
