import { listDeadLetterTopics } from '#lib/contract/dead-letters.ts';
import { cursorKey, cursorOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listDeadLetterTopics as list } from '#lib/usecases/list-dead-letter-topics.ts';

const form = /^[^\n]{1,300}\n[^\n]{1,300}$/;

export const GET = route(listDeadLetterTopics, async ({ runtime, principal, query }) => {
  const [cluster, topic] = cursorKey(query.cursor, form)?.split('\n') ?? [];
  const after = cluster !== undefined && topic !== undefined ? { cluster, topic } : null;
  const { items, next } = await list(runtime, principal, { limit: query.limit, after });
  return { items, nextCursor: next ? cursorOf(`${next.cluster}\n${next.topic}`) : null };
});
