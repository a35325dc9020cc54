import { whatIfGroup } from '#lib/contract/what-if.ts';
import { route } from '#lib/http/route.ts';
import { whatIfGroup as whatIf } from '#lib/usecases/what-if-group.ts';

export const POST = route(whatIfGroup, ({ runtime, principal, params, body }) =>
  whatIf(runtime, principal, params, body),
);
