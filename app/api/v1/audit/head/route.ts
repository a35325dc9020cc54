import { getAuditHead } from '#lib/contract/audit.ts';
import { chainWatch } from '#lib/http/chain-watch.ts';
import { route } from '#lib/http/route.ts';
import { readAnchors } from '#lib/usecases/audit/read-anchors.ts';

export const GET = route(getAuditHead, async ({ runtime }) => {
  const { stores } = runtime.database;
  const [head, anchors] = await Promise.all([
    chainWatch().look(stores.audit, runtime.clock()),
    readAnchors(stores),
  ]);
  return { ...head, ...anchors };
});
