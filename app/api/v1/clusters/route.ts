import { listClusters } from '#lib/contract/clusters.ts';
import { cursorKey, pageOf } from '#lib/http/page.ts';
import { route } from '#lib/http/route.ts';
import { listClusters as list } from '#lib/usecases/list-clusters.ts';

const anyName = /^.+$/s;

export const GET = route(listClusters, async ({ runtime, principal, query }) => {
  const clusters = await list(runtime, principal);
  const after = cursorKey(query.cursor, anyName);
  const from = after === null ? 0 : clusters.findIndex((cluster) => cluster.name === after) + 1;
  return pageOf(
    clusters.slice(from),
    query.limit,
    (cluster) => cluster.name,
    (cluster) => cluster,
  );
});
