import { compareRecord } from '#lib/contract/compare-record.ts';
import { route } from '#lib/http/route.ts';
import { compareRecord as compare } from '#lib/usecases/compare-record.ts';

export const GET = route(compareRecord, ({ runtime, principal, params }) =>
  compare(runtime, principal, { ...params, offset: BigInt(params.offset) }),
);
