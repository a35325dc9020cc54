import { rolesHeld } from '#lib/domain/access/decide.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { TokenRecord } from '#lib/store/tokens.ts';
import { hashSecret, newTokenText } from './secrets.ts';

type Deps = { database: Database; clock: () => Date };
/** No token lives longer (design.md, Trust). */
export const longestTokenMs = 90 * 24 * 3_600_000;
const clockSlackMs = 60_000;

export const isAdmin = (principal: Principal): boolean =>
  principal.grants.some((grant) => grant.role === 'admin');

function expiryOf(asked: Date | null, now: Date, parent: Date | null): Date {
  const latest = new Date(now.getTime() + longestTokenMs);
  if (asked && asked <= now) throw new SluiceError('bad_request', 'body.expiresAt: must lie in the future.');
  if (asked && asked.getTime() > latest.getTime() + clockSlackMs)
    throw new SluiceError(
      'bad_request',
      `body.expiresAt: a token lives 90 days at most, so until ${latest.toISOString()}.`,
    );
  const bounds = [asked, latest, parent].filter((date) => date !== null);
  return new Date(Math.min(...bounds.map(Number)));
}

/**
 * A new token of the caller, with the caller's roles. One that is made with a token never outlives that token.
 * @returns the token's text, which is not stored and can't be shown again
 * @throws SluiceError `bad_request` for an expiry beyond 90 days
 */
export async function createToken(
  { database, clock }: Deps,
  principal: Principal,
  asked: { name: string; expiresAt: Date | null; bearer: string | null },
): Promise<{ token: TokenRecord; text: string }> {
  const now = clock();
  const parent =
    asked.bearer === null ? null : await database.stores.tokens.findByHash(hashSecret(asked.bearer));
  const expiresAt = expiryOf(asked.expiresAt, now, parent?.expiresAt ?? null);
  const text = newTokenText();
  return database.transact(async (stores) => {
    const id = await stores.tokens.create({
      hash: hashSecret(text),
      name: asked.name,
      userId: principal.userId,
      at: now,
      expiresAt,
    });
    const token = await stores.tokens.byId(id);
    if (!token) throw new Error(`Token ${id} vanished while it was made.`);
    await stores.audit.append({
      actor: principal.name,
      action: 'token.create',
      outcome: 'allowed',
      code: null,
      resource: `token/${id}`,
      detail: { name: asked.name, expiresAt: expiresAt.toISOString(), via: principal.via },
    });
    return { token, text };
  });
}

/** Revokes one's own token, or as an admin anyone's. @throws SluiceError `not_found`, `forbidden` */
export async function revokeToken(
  { database, clock }: Deps,
  principal: Principal,
  id: string,
): Promise<void> {
  await database.transact(async (stores) => {
    const token = await stores.tokens.byId(id);
    if (!token || token.revokedAt)
      throw new SluiceError('not_found', `There is no token ${id}, or it is revoked already.`);
    if (token.userId !== principal.userId && !isAdmin(principal))
      throw new SluiceError(
        'forbidden',
        `This token belongs to ${token.owner}; only its owner or an admin can revoke it.`,
        {
          explain: {
            permission: 'token.manage',
            resource: `token/${id}`,
            heldRoles: rolesHeld(principal),
            grantedBy: [token.owner, ...(await stores.users.adminNames())],
          },
        },
      );
    await stores.tokens.revoke(id, clock());
    await stores.audit.append({
      actor: principal.name,
      action: 'token.revoke',
      outcome: 'allowed',
      code: null,
      resource: `token/${id}`,
      detail: { name: token.name, owner: token.owner },
    });
  });
}
