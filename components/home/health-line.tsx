'use client';
import { useQuery } from '@tanstack/react-query';
import { asProblem } from '#lib/client/api.ts';
import { selfQuery } from '#lib/client/home.ts';
import { clustersQuery } from '#lib/client/lag.ts';
import type { SelfHealth } from '#lib/contract/home.ts';
import { Age, Since, staleAfterMs, useNow } from '../ui/age.tsx';
import { plural } from '../ui/format.ts';
import { ClusterParts, Part } from './cluster-parts.tsx';

function SelfParts({ self }: { self: SelfHealth }) {
  const now = useNow();
  const { index, workers } = self;
  const oldest = self.collector.map((each) => each.asOf).sort((a, b) => (a ?? '').localeCompare(b ?? ''))[0];
  const late = oldest == null || now - Date.parse(oldest) > staleAfterMs + 999;
  const oldPolicy = workers.filter((worker) => !worker.policyCurrent).length;
  return (
    <>
      <Part
        {...(index.caughtUp === true
          ? {}
          : {
              shape: index.caughtUp === null ? ('ring' as const) : ('triangle' as const),
              tone: index.caughtUp === null ? ('idle' as const) : ('warn' as const),
            })}
      >
        {index.caughtUp === null
          ? 'index unknown'
          : index.caughtUp
            ? 'index caught up'
            : index.behindRecords === null
              ? 'index behind'
              : `index ${plural(index.behindRecords, 'record')} behind`}
      </Part>
      <Part {...(late ? { shape: 'triangle' as const, tone: 'warn' as const } : {})}>
        collector <Age at={oldest ?? null} why="no reading yet" />
      </Part>
      <Part {...(workers.length === 0 ? { shape: 'cross' as const, tone: 'act' as const } : {})}>
        {workers.length === 0 ? 'no worker: nothing is collected or sent' : plural(workers.length, 'worker')}
      </Part>
      {self.audit.failing.map(({ place, since, why }) => (
        <Part key={place} shape="triangle" tone="warn" title={why}>
          audit log not {place === 'signing' ? 'signed' : `anchored in ${place}`} for <Since at={since} />
        </Part>
      ))}
      {oldPolicy > 0 ? (
        <Part shape="triangle" tone="warn">
          {plural(oldPolicy, 'worker')} with an old policy file: refuses to send
        </Part>
      ) : null}
    </>
  );
}

/** One line that answers "is it Kafka or us". */
export function HealthLine() {
  const clusters = useQuery(clustersQuery());
  const self = useQuery(selfQuery());
  const problem = clusters.error ?? self.error;
  return (
    <ul aria-label="Kafka and Sluice" className="flex min-h-8 flex-wrap items-center gap-x-5 gap-y-1">
      {(clusters.data?.items ?? []).map((cluster) => (
        <ClusterParts key={cluster.name} cluster={cluster} named={(clusters.data?.items.length ?? 0) > 1} />
      ))}
      {self.data ? <SelfParts self={self.data} /> : null}
      {problem ? (
        <Part shape="triangle" tone="warn" title={asProblem(problem).detail}>
          {asProblem(problem).title}
        </Part>
      ) : null}
      {!problem && (!clusters.data || !self.data) ? (
        <li className="text-faint">reading brokers and workers</li>
      ) : null}
    </ul>
  );
}
