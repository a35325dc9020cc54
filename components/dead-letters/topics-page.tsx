'use client';
import { serverNow } from '#lib/client/clock.ts';
import { deadLetterTopicsQuery } from '#lib/client/dead-letters.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { Age, AsOf } from '../ui/age.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { formatCount, plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Quantity } from '../ui/quantity.tsx';
import { PageHeader, Section } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { byUrgency } from './by-urgency.ts';
import { DistinctCount } from './distinct-count.tsx';
import { FirstExpiry } from './first-expiry.tsx';
import { IndexedCount, IndexState } from './index-state.tsx';

const arrivals = (name: keyof DeadLetterTopic['arrivals'], header: string): Column<DeadLetterTopic> => ({
  id: name,
  header,
  align: 'right',
  className: 'w-20',
  from: name === 'm5' ? 'sm' : 'md',
  help: `Dead letters that arrived in the last ${header}`,
  cell: (topic) => (
    <Quantity value={topic.arrivals[name]} className={topic.arrivals[name] === 0 ? 'text-faint' : ''} />
  ),
});

const columns: readonly Column<DeadLetterTopic>[] = [
  {
    id: 'topic',
    header: 'Topic',
    primary: true,
    className: 'w-[24%]',
    cell: (topic) => <span className="font-medium [overflow-wrap:anywhere]">{topic.topic}</span>,
  },
  {
    id: 'flow',
    header: 'Flow',
    className: 'w-36',
    from: 'lg',
    cell: (topic) => topic.flow ?? <span className="text-faint">none declares it</span>,
  },
  {
    id: 'open',
    header: 'Open',
    align: 'right',
    className: 'w-32',
    help: 'Dead letters that nobody has decided about yet',
    cell: (topic) => (
      <span className={topic.open > 0 ? 'font-semibold' : 'text-faint'}>
        <IndexedCount value={topic.open} index={topic.index} />
      </span>
    ),
  },
  {
    id: 'lineages',
    header: 'Lineages',
    align: 'right',
    className: 'w-24',
    from: 'md',
    help: 'Distinct first records: attempts of one record count once',
    cell: (topic) => <DistinctCount value={topic.lineages} at={topic.distinctAt} />,
  },
  arrivals('m5', '5 min'),
  arrivals('h1', '1 h'),
  arrivals('d1', '1 d'),
  {
    id: 'groups',
    header: 'Failure groups',
    align: 'right',
    className: 'w-28',
    from: 'sm',
    help: 'Distinct failures, by convention, origin topic, exception, message and frame',
    cell: (topic) => <Quantity value={topic.failureGroups} />,
  },
  {
    id: 'newest',
    header: 'Newest',
    align: 'right',
    className: 'w-32',
    from: 'lg',
    cell: (topic) => <Age at={topic.newestAt} why="none has been indexed" />,
  },
  {
    id: 'expires',
    header: 'First expires in',
    align: 'right',
    className: 'w-44',
    from: 'sm',
    help: 'Until retention may take the first open dead letter, or what a pointer points at',
    cell: (topic) => <FirstExpiry topic={topic} />,
  },
  {
    id: 'index',
    header: 'Index',
    from: 'lg',
    className: 'w-48',
    cell: (topic) => <IndexState index={topic.index} />,
  },
];

/** One sentence before the table: how many are open, and whether they still come. */
function lead(topics: readonly DeadLetterTopic[]) {
  const open = topics.reduce((sum, topic) => sum + topic.open, 0);
  const arrived = topics.reduce((sum, topic) => sum + topic.arrivals.m5, 0);
  const least = topics.every((topic) => topic.index.caughtUp) ? '' : 'At least ';
  const oldest = topics.map((topic) => topic.asOf).sort()[0];
  return (
    <>
      {open === 0 ? 'No dead letter is open' : `${least}${formatCount(open)} open`};{' '}
      {arrived === 0
        ? 'none arrived in the last 5 min'
        : `${plural(arrived, 'dead letter')} arrived in the last 5 min`}
      . {oldest ? <AsOf at={oldest} /> : null}
    </>
  );
}

function Topics({ title, topics }: { title: string; topics: readonly DeadLetterTopic[] }) {
  const ranked = [...topics].sort(byUrgency(serverNow()));
  return (
    <Section title={title} count={topics.length}>
      <DataTable
        label={title}
        rows={ranked}
        rowKey={(topic) => `${topic.cluster}/${topic.topic}`}
        rowHref={(topic) => paths.deadLetterTopic(topic.cluster, topic.topic)}
        columns={columns}
      />
    </Section>
  );
}

/** Every dead-letter and quarantine topic: what is open, what still arrives, what expires first. */
export function DeadLetterTopicsPage() {
  const view = useView(deadLetterTopicsQuery());
  const items = lastRead(view)?.items ?? null;
  const of = (kind: DeadLetterTopic['kind']) => (items ?? []).filter((topic) => topic.kind === kind);
  return (
    <>
      <PageHeader title="Dead letters" lead={items && items.length > 0 ? lead(items) : undefined} />
      <LiveView view={view} what="dead-letter topics" skeleton={<SkeletonRows what="dead-letter topics" />}>
        {({ items: all }) =>
          all.length === 0 ? (
            <EmptyNothing title="No dead-letter topic is known">
              A flow names its dead-letter topic in the configuration (<code>deadLetters</code>); topics whose
              names end like one are found by themselves. None is there yet.
            </EmptyNothing>
          ) : (
            <div className="flex flex-col gap-6">
              {of('dead_letter').length > 0 ? (
                <Topics title="Dead-letter topics" topics={of('dead_letter')} />
              ) : null}
              {of('quarantine').length > 0 ? <Topics title="Quarantine" topics={of('quarantine')} /> : null}
            </div>
          )
        }
      </LiveView>
    </>
  );
}
