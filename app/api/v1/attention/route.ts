import { listAttention } from '#lib/contract/home.ts';
import { route } from '#lib/http/route.ts';
import { readAttention } from '#lib/usecases/attention/read-attention.ts';

export const GET = route(listAttention, async ({ runtime, principal, query }) => {
  const items = await readAttention(runtime, principal);
  const from = Number(query.cursor ?? 0) || 0;
  const to = from + query.limit;
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null };
});
