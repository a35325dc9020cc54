import { createFirstAdmin } from '#lib/auth/first-users.ts';
import { createFirstAdmin as operation } from '#lib/contract/access.ts';
import { route } from '#lib/http/route.ts';

export const POST = route(operation, async ({ runtime, body, peer }) => {
  await createFirstAdmin(runtime, { ...body, peer });
  return { name: body.name, roles: ['admin' as const] };
});
