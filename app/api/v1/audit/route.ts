import { listAudit } from '#lib/contract/audit.ts';
import { auditViewOf } from '#lib/http/audit-view.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';

const seqForm = /^[1-9]\d{0,17}$/;

export const GET = route(listAudit, async ({ runtime, query }) => {
  const { limit, cursor, from, to, ...filter } = query;
  const key = cursorKey(cursor, seqForm);
  const rows = await runtime.database.stores.audit.list(
    { ...filter, from: from === undefined ? from : new Date(from), to: to === undefined ? to : new Date(to) },
    { limit: limit + 1, before: key === null ? null : BigInt(key) },
  );
  return pageOf(rows, limit, (row) => row.seq.toString(), auditViewOf);
});
