'use client';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { lazy, Suspense } from 'react';
import { deadLetterTopicQuery, failureGroupsQuery } from '#lib/client/dead-letters.ts';
import { paths } from '#lib/client/paths.ts';
import { useView } from '#lib/client/view.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { FlowLinks } from '../flows/flow-links.tsx';
import { AsOf } from '../ui/age.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';

import { type Fact, Facts, PageHeader } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { DistinctCount } from './distinct-count.tsx';
import { FirstExpiry } from './first-expiry.tsx';
import { FoundBy } from './found-by.tsx';
import { IndexedCount, IndexState, Regrouping } from './index-state.tsx';
import { NextWave } from './next-wave.tsx';
import { PreserveButton } from './preserve-button.tsx';
import { TopicPanes } from './topic-panes.tsx';
import { useTopicUrl } from './use-topic-url.ts';

const FilterBox = lazy(() => import('./filter-box.tsx').then((module) => ({ default: module.FilterBox })));

const facts = (topic: DeadLetterTopic): Fact[] => [
  {
    label: 'Open',
    help: 'Nobody has decided about them yet',
    value: (
      <span className="font-semibold">
        <IndexedCount value={topic.open} index={topic.index} />
      </span>
    ),
  },
  {
    label: 'Lineages',
    help: 'Distinct first records: attempts of one record count once',
    value: <DistinctCount value={topic.lineages} at={topic.distinctAt} />,
  },
  { label: 'Keys', value: <DistinctCount value={topic.keys} at={topic.distinctAt} /> },
  {
    label: 'Arrived in 5 min · 1 h · 1 d',
    value: `${formatCount(topic.arrivals.m5)} · ${formatCount(topic.arrivals.h1)} · ${formatCount(topic.arrivals.d1)}`,
  },
  {
    label: 'First expires in',
    help: 'Until retention may take the first open dead letter, or what a pointer points at; muted failure groups are not counted',
    value: <FirstExpiry topic={topic} detailed />,
  },
  {
    label: 'Index',
    value: (
      <>
        <IndexState index={topic.index} />
        <Regrouping regrouping={topic.regrouping} />
      </>
    ),
  },
  {
    label: 'Header conventions',
    value: topic.conventions.length === 0 ? 'none seen' : topic.conventions.join(', '),
  },
];

function Topic({ topic }: { topic: DeadLetterTopic }) {
  const url = useTopicUrl();
  const [{ filter, from, to }, set] = url;
  const ranged = from !== null || to !== null;
  const groups = useView(failureGroupsQuery(topic.cluster, topic.topic, { filter }));
  const inTime = useView({
    ...failureGroupsQuery(topic.cluster, topic.topic, { filter, from, to }),
    enabled: ranged,
  });
  return (
    <>
      <PageHeader
        crumbs={
          <>
            <Link href={paths.deadLetters()} className="link">
              Dead letters
            </Link>{' '}
            · {topic.cluster}
            {topic.flow === null ? (
              ' · no flow declares it'
            ) : (
              <FlowLinks flow={topic.flow} values={{ deadLetterTopic: topic.topic }} />
            )}
            {topic.kind === 'quarantine' ? ' · quarantine' : ''}
            <FoundBy topic={topic} />
          </>
        }
        title={topic.topic}
        actions={
          <>
            <AsOf at={topic.asOf} />
            {topic.kind === 'quarantine' ? null : (
              <PreserveButton
                place={topic}
                selection={{ all: true }}
                reason={topic.open === 0 ? 'Nothing is open.' : null}
                label="Preserve all open…"
              />
            )}
          </>
        }
      />
      <Facts facts={facts(topic)} className="pb-4" />
      {topic.nextWave === null ? null : <NextWave wave={topic.nextWave} />}
      <Suspense fallback={<div className="h-11 pointer-coarse:h-13" />}>
        <FilterBox
          cluster={topic.cluster}
          topic={topic.topic}
          filter={filter}
          onFilter={(next) => void set({ filter: next, records: null })}
        />
      </Suspense>
      <LiveView
        view={groups}
        what="failure groups"
        skeleton={<SkeletonRows what="failure groups" rows={10} />}
      >
        {(page) =>
          page.items.length === 0 && topic.total === 0 ? (
            <EmptyNothing
              title={topic.index.caughtUp ? 'No dead letters' : 'No dead letters indexed yet'}
              good={topic.index.caughtUp}
            >
              {topic.index.caughtUp
                ? 'The topic was read to its end and holds none.'
                : 'The index is still reading the topic.'}
            </EmptyNothing>
          ) : (
            <TopicPanes topic={topic} page={page} inTime={ranged ? inTime : groups} url={url} />
          )
        }
      </LiveView>
    </>
  );
}

/** One dead-letter topic: its failure groups, and the records of the chosen one. */
export function DeadLetterTopicPage({ cluster, topic }: { cluster: string; topic: string }) {
  const view = useView(deadLetterTopicQuery(cluster, topic));
  return (
    <NuqsAdapter>
      <LiveView
        page={topic}
        view={view}
        what={`the topic ${topic}`}
        skeleton={<SkeletonRows what={`the topic ${topic}`} rows={14} />}
      >
        {(data) => <Topic topic={data} />}
      </LiveView>
    </NuqsAdapter>
  );
}
