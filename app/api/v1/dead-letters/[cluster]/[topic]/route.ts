import { getDeadLetterTopic } from '#lib/contract/dead-letters.ts';
import { route } from '#lib/http/route.ts';
import { readDeadLetterTopic } from '#lib/usecases/list-dead-letter-topics.ts';

export const GET = route(getDeadLetterTopic, ({ runtime, principal, params }) =>
  readDeadLetterTopic(runtime, principal, params),
);
