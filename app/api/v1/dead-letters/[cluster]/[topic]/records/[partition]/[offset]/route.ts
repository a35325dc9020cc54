import { getDeadLetterRecord } from '#lib/contract/dead-letters.ts';
import { route } from '#lib/http/route.ts';
import { readDeadLetterRecord } from '#lib/usecases/read-dead-letter-record.ts';

export const GET = route(getDeadLetterRecord, ({ runtime, principal, params }) =>
  readDeadLetterRecord(runtime, principal, { ...params, offset: BigInt(params.offset) }),
);
