import { getGroup } from '#lib/contract/lag.ts';
import { route } from '#lib/http/route.ts';
import { readGroup } from '#lib/usecases/read-group.ts';

export const GET = route(getGroup, ({ runtime, principal, params }) => readGroup(runtime, principal, params));
