import type { z } from 'zod';
import type { tokenView } from '#lib/contract/access.ts';
import type { TokenRecord } from '#lib/store/tokens.ts';

/** A token on the wire; never its text or hash. */
export const tokenViewOf = (token: TokenRecord): z.infer<typeof tokenView> => ({
  id: token.id,
  name: token.name,
  owner: token.owner,
  createdAt: token.createdAt.toISOString(),
  expiresAt: token.expiresAt.toISOString(),
  lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
});
