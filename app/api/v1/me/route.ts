import { meOf } from '#lib/auth/me.ts';
import { getMe } from '#lib/contract/access.ts';
import { route } from '#lib/http/route.ts';

export const GET = route(getMe, ({ runtime, principal }) => meOf(principal, runtime.environment.demo));
