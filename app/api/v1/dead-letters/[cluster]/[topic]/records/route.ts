import { listDeadLetterRecords } from '#lib/contract/dead-letters.ts';
import { cursorKey, cursorOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listDeadLetterRecords as list } from '#lib/usecases/list-dead-letter-records.ts';

const form = /^\d{1,15} \d{1,9} \d{1,18}$/;

export const GET = route(listDeadLetterRecords, async ({ runtime, principal, params, query }) => {
  const [at, partition, offset] = cursorKey(query.cursor, form)?.split(' ') ?? [];
  const { items, next } = await list(
    runtime,
    principal,
    params,
    {
      fingerprint: query.fingerprint,
      disposition: query.disposition,
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
      filter: query.filter,
      q: query.q,
    },
    {
      limit: query.limit,
      after:
        offset === undefined
          ? null
          : { at: new Date(Number(at)), partition: Number(partition), offset: BigInt(offset) },
      excerpts: query.excerpts === 'true',
    },
  );
  return {
    items,
    nextCursor: next ? cursorOf(`${next.at.getTime()} ${next.partition} ${next.offset}`) : null,
  };
});
