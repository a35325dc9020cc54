import { revokeToken } from '#lib/auth/manage-tokens.ts';
import { deleteToken } from '#lib/contract/access.ts';
import { noContent } from '#lib/http/respond.ts';
import { route } from '#lib/http/route.ts';

export const DELETE = route(deleteToken, async ({ runtime, principal, params }) => {
  await revokeToken(runtime, principal, params.id);
  return noContent();
});
