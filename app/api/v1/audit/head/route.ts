import { getAuditHead } from '#lib/contract/audit.ts';
import { chainWatch } from '#lib/http/chain-watch.ts';
import { route } from '#lib/http/route.ts';

export const GET = route(getAuditHead, ({ runtime }) =>
  chainWatch().look(runtime.database.stores.audit, runtime.clock()),
);
