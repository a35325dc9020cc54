import { preserveDeadLetters } from '#lib/contract/preserve.ts';
import { route } from '#lib/http/route.ts';
import { preserveDeadLetters as preserve } from '#lib/usecases/preserve-dead-letters.ts';

export const POST = route(preserveDeadLetters, ({ runtime, principal, params, body }) =>
  preserve(runtime, principal, params, body),
);
