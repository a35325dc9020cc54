'use client';
import { clustersQuery } from '#lib/client/lag.ts';
import { useView } from '#lib/client/view.ts';
import { Age, useNow } from '../ui/age.tsx';
import { formatAge } from '../ui/format.ts';
import { clusterSigns, type SignOf } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';

const order = ['unreachable', 'degraded', 'ok'] as const;
const silent: SignOf = { shape: 'cross', tone: 'act', word: 'Sluice does not answer' };

/** Is it Kafka or us: the worst cluster by name, with the age of that knowledge; or that Sluice itself is silent. */
export function ClusterState() {
  const view = useView(clustersQuery());
  useNow();
  if (view.state === 'loading') return <span className="text-xs text-faint">reading clusters</span>;
  if (view.state !== 'ready' && view.state !== 'stale')
    return view.problem.isUnreachable ? (
      <StatusSign sign={silent} className="text-xs" />
    ) : (
      <span className="text-xs text-faint" title={view.problem.detail}>
        clusters not shown
      </span>
    );
  if (view.state === 'stale')
    return (
      <span role="status" className="flex items-center gap-2 text-xs">
        <StatusSign sign={silent} />
        <span className="text-muted">last read {formatAge(Math.max(1000, Date.now() - view.readAt))}</span>
      </span>
    );
  const clusters = view.data.items;
  const worst = order.map((state) => clusters.find((cluster) => cluster.state === state)).find(Boolean);
  if (!worst) return <span className="text-xs text-faint">no cluster configured</span>;
  const sign = clusterSigns[worst.state];
  const others = clusters.length > 1 ? ` of ${clusters.length}` : '';
  return (
    <span className="flex items-center gap-2 text-xs" title={worst.detail ?? undefined}>
      <StatusSign sign={sign} word={`${worst.name}${others} ${sign.word}`} />
      <span className="hidden text-faint sm:inline">
        <Age at={worst.asOf} why="never reached" />
      </span>
    </span>
  );
}
