import { reopenDeadLetters } from '#lib/contract/dead-letter-acts.ts';
import { route } from '#lib/http/route.ts';
import { decideDeadLetters } from '#lib/usecases/decide-dead-letters.ts';

export const POST = route(reopenDeadLetters, ({ runtime, principal, params, body }) =>
  decideDeadLetters(runtime, principal, params, 'reopen', body),
);
