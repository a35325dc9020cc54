'use client';
import { useQuery } from '@tanstack/react-query';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { lazy, Suspense } from 'react';
import { flowQuery } from '#lib/client/flows.ts';
import { groupQuery } from '#lib/client/lag.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { GroupDetail } from '#lib/contract/lag.ts';
import { FlowLinks } from '../flows/flow-links.tsx';
import { OpenIncidentButton } from '../incidents/open-button.tsx';
import { AsOf } from '../ui/age.tsx';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Facts, PageHeader } from '../ui/section.tsx';
import { lagSigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { Blocking } from './blocking.tsx';
import { Events } from './events.tsx';
import { groupFacts } from './group-facts.tsx';
import { HotPartitions } from './hot-partitions.tsx';
import { Members } from './members.tsx';
import { Partitions } from './partitions.tsx';
import { WhatIfButton, WhatIfPanel } from './what-if-panel.tsx';

const History = lazy(() => import('./history.tsx').then((module) => ({ default: module.GroupHistory })));

/** The objective of the group's flow, for the line in the chart. */
function useObjectiveMs(flow: string | null): number | null {
  const { data } = useQuery({ ...flowQuery(flow ?? ''), enabled: flow !== null });
  const value = data?.objectives.timeLagMs;
  return typeof value === 'number' ? value : null;
}

const crumbs = (cluster: string, group: string, flow: string | null) => (
  <>
    <Link href={paths.lag({ cluster })} className="link">
      Lag
    </Link>{' '}
    · {cluster}
    <FlowLinks flow={flow} values={{ group }} />
  </>
);

function Header({ cluster, name, group }: { cluster: string; name: string; group: GroupDetail | null }) {
  return (
    <PageHeader
      crumbs={crumbs(cluster, name, group?.flow ?? null)}
      title={
        <span className="flex flex-wrap items-center gap-x-3">
          {name}
          {group ? <StatusSign sign={lagSigns[group.status]} className="text-sm font-normal" /> : null}
        </span>
      }
      lead={group ? <span className="text-ink">{group.statusDetail}</span> : undefined}
      actions={
        group ? (
          <>
            <AsOf at={group.asOf} />
            <WhatIfButton />
            <OpenIncidentButton
              title={`${name} ${lagSigns[group.status].word}`}
              choices={[{ thing: { kind: 'group', cluster, group: name }, text: `consumer group ${name}` }]}
            />
          </>
        ) : undefined
      }
    />
  );
}

function Group({ group }: { group: GroupDetail }) {
  const objectiveMs = useObjectiveMs(group.flow);
  return (
    <div className="flex flex-col gap-6">
      <Facts facts={groupFacts(group)} />
      {group.failure === null ? null : <p className="border-l-2 border-warn px-3 py-1">{group.failure}</p>}
      {group.blocking ? <Blocking record={group.blocking} /> : null}
      <HotPartitions hot={group.hotPartitions} />
      <WhatIfPanel group={group} />
      <Suspense fallback={<SkeletonRows what="lag over time" rows={8} />}>
        <History
          cluster={group.cluster}
          group={group.groupId}
          objectiveMs={objectiveMs}
          partitions={group.partitions}
        />
      </Suspense>
      <Partitions partitions={group.partitions} />
      <Members members={group.memberList} state={group.state} />
      <Events cluster={group.cluster} group={group.groupId} rebalancesPerHour={group.rebalancesPerHour} />
    </div>
  );
}

/** One consumer group: what is wrong in a sentence, on which record it waits, since when, and who holds what. */
export function GroupPage({ cluster, group }: { cluster: string; group: string }) {
  const view = useView(groupQuery(cluster, group));
  const detail = lastRead(view);
  return (
    <NuqsAdapter>
      <Header cluster={cluster} name={group} group={detail} />
      <LiveView
        view={view}
        what={`the group ${group}`}
        skeleton={<SkeletonRows what={`the group ${group}`} rows={12} />}
      >
        {(known) => <Group group={known} />}
      </LiveView>
    </NuqsAdapter>
  );
}
