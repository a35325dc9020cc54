import { bearerText } from '#lib/auth/authenticate.ts';
import { createToken, isAdmin } from '#lib/auth/manage-tokens.ts';
import { createToken as createOperation, listTokens } from '#lib/contract/access.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { tokenViewOf } from '#lib/http/token-view.ts';

const uuid = /^[0-9a-f-]{36}$/;

export const GET = route(listTokens, async ({ runtime, principal, query }) => {
  const after = cursorKey(query.cursor, uuid);
  const owner = isAdmin(principal) ? null : principal.userId;
  const rows = await runtime.database.stores.tokens.list(owner, { limit: query.limit + 1, after });
  return pageOf(rows, query.limit, (row) => row.id, tokenViewOf);
});

export const POST = route(createOperation, async ({ runtime, principal, body, request }) => {
  const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
  const bearer = bearerText(request.headers.get('authorization'));
  const { token, text } = await createToken(runtime, principal, { name: body.name, expiresAt, bearer });
  return { ...tokenViewOf(token), token: text };
});
