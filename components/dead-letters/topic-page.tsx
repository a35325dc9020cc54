'use client';
import { createSerializer, parseAsString } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { lazy, Suspense } from 'react';
import { deadLetterTopicQuery, failureGroupsQuery } from '#lib/client/dead-letters.ts';
import { paths } from '#lib/client/paths.ts';
import { useView } from '#lib/client/view.ts';
import type { DeadLetterTopic, FailureGroup, FailureGroupList } from '#lib/contract/dead-letters.ts';
import { searchedMost } from '#lib/domain/dead-letters/searched-most.ts';
import { AsOf } from '../ui/age.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Duration } from '../ui/quantity.tsx';
import { type Fact, Facts, PageHeader, Section } from '../ui/section.tsx';
import { verdictSigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { Arrivals } from './arrivals.tsx';
import { DistinctCount } from './distinct-count.tsx';
import { FailureList } from './failure-list.tsx';
import { FailureMarks } from './failure-marks.tsx';
import { binHistograms } from './histogram-bins.ts';
import { IndexedCount, IndexState } from './index-state.tsx';
import { RecordsPane } from './records-pane.tsx';
import { type TopicUrl, useTopicUrl } from './use-topic-url.ts';
import { visibleText } from './visible-text.ts';

const FilterBox = lazy(() => import('./filter-box.tsx').then((module) => ({ default: module.FilterBox })));

const serialize = createSerializer({
  fingerprint: parseAsString,
  disposition: parseAsString,
  filter: parseAsString,
  from: parseAsString,
  to: parseAsString,
});

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
    help: 'Until retention may delete the oldest open dead letter',
    value: <Duration ms={topic.expiresFirstMs} why="nothing is open, or retention has no time limit" />,
  },
  { label: 'Index', value: <IndexState index={topic.index} /> },
  {
    label: 'Header conventions',
    value: topic.conventions.length === 0 ? 'none seen' : topic.conventions.join(', '),
  },
];

/** What the chosen failure is, before its records: verdict, class, message, frame. */
function Chosen({ group }: { group: FailureGroup }) {
  const sign = verdictSigns[group.verdict];
  return (
    <div className="flex flex-col gap-1 pb-3">
      <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">{visibleText(group.title)}</h2>
      <p className="flex flex-wrap items-baseline gap-x-2 text-muted">
        <StatusSign sign={sign} className="font-medium" />
        {sign.help ? <span>{sign.help}</span> : null}
      </p>
      <FailureMarks marks={group} />
      <Facts
        className="pt-1"
        facts={[
          {
            label: 'Exception',
            value: group.exceptionClass ? <code>{group.exceptionClass}</code> : 'none named',
          },
          {
            label: 'Application frame',
            value: group.topFrame ? <code>{group.topFrame}</code> : 'none found',
          },
          {
            label: 'From',
            value: `${group.originTopic ?? 'unknown topic'}${group.group ? ` by ${group.group}` : ''}`,
          },
          {
            label: 'Keys',
            value: <DistinctCount value={group.keys} at={group.distinctAt} />,
          },
          {
            label: 'Lineages',
            value: <DistinctCount value={group.lineages} at={group.distinctAt} />,
          },
          {
            label: 'Partitions',
            value: formatCount(group.partitions),
          },
        ]}
      />
    </div>
  );
}

function Panes({
  topic,
  groups,
  atLeast,
  url,
}: {
  topic: DeadLetterTopic;
  groups: readonly FailureGroup[];
  atLeast: FailureGroupList['atLeast'];
  url: TopicUrl;
}) {
  const [{ fingerprint, from, to, disposition, filter }, set] = url;
  const chosen = groups.find((group) => group.fingerprint === fingerprint) ?? null;
  const bins = binHistograms(
    (chosen ? [chosen] : groups).map((group) => group.histogram),
    120,
  );
  const hrefOf = (next: string | null) =>
    serialize(paths.deadLetterTopic(topic.cluster, topic.topic), {
      fingerprint: next,
      from,
      to,
      disposition,
      filter,
    });
  return (
    <div className="grid grid-cols-1 gap-x-6 gap-y-4 xl:grid-cols-[23rem_minmax(0,1fr)]">
      <div
        className={`xl:sticky xl:top-[calc(var(--shell)+0.5rem)] xl:max-h-[calc(100dvh-var(--shell)-1.5rem)] xl:self-start xl:overflow-y-auto ${fingerprint === null ? '' : 'hidden xl:block'}`}
      >
        <Section title="Failure groups" count={groups.length} aside="most open first">
          {atLeast ? (
            <p className="px-2 py-1 text-xs text-warn">
              More than {formatCount(searchedMost)} fit: the newest {formatCount(searchedMost)} were counted,
              so every number and bar here is “at least”. Narrow the search for exact ones.
            </p>
          ) : null}
          <FailureList place={topic} groups={groups} chosen={fingerprint} hrefOf={hrefOf} />
        </Section>
      </div>
      <div className="flex min-w-0 flex-col">
        {fingerprint === null ? null : (
          <Link href={hrefOf(null)} className="link pb-2 xl:hidden">
            All failure groups ({groups.length})
          </Link>
        )}
        {chosen ? <Chosen group={chosen} /> : null}
        {fingerprint !== null && chosen === null ? (
          <p className="pb-3 text-muted">
            This failure group is not among those{' '}
            {filter === null ? 'of the topic' : 'that the filter leaves'}; its records, if any, are below.
          </p>
        ) : null}
        {bins.length > 0 ? (
          <Arrivals
            bins={bins}
            from={from}
            to={to}
            onRange={(range) => void set(range ?? { from: null, to: null })}
          />
        ) : null}
        <RecordsPane
          topic={topic}
          group={chosen}
          open={fingerprint === null ? groups.reduce((sum, each) => sum + each.open, 0) : (chosen?.open ?? 0)}
          url={url}
        />
      </div>
    </div>
  );
}

function Topic({ topic }: { topic: DeadLetterTopic }) {
  const url = useTopicUrl();
  const [{ filter }, set] = url;
  const groups = useView(failureGroupsQuery(topic.cluster, topic.topic, { filter }));
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
              <>
                {' · flow '}
                <Link href={paths.flow(topic.flow)} className="link">
                  {topic.flow}
                </Link>
              </>
            )}
            {topic.kind === 'quarantine' ? ' · quarantine' : ''}
          </>
        }
        title={topic.topic}
        actions={<AsOf at={topic.asOf} />}
      />
      <Facts facts={facts(topic)} className="pb-4" />
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
        {({ items, atLeast }) =>
          items.length === 0 && topic.total === 0 ? (
            <EmptyNothing
              title={topic.index.caughtUp ? 'No dead letters' : 'No dead letters indexed yet'}
              good={topic.index.caughtUp}
            >
              {topic.index.caughtUp
                ? 'The topic was read to its end and holds none.'
                : 'The index is still reading the topic.'}
            </EmptyNothing>
          ) : (
            <Panes topic={topic} groups={items} atLeast={atLeast} url={url} />
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
