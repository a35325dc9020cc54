'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { deadLetterPagesQuery } from '#lib/client/dead-letters.ts';
import { toView } from '#lib/client/view.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import { dispositions } from '#lib/domain/dead-letters/disposition.ts';
import { Button } from '../ui/button.tsx';
import { EmptyFiltered, EmptyNothing } from '../ui/empty.tsx';
import { FilterInput, Select } from '../ui/field.tsx';
import { formatClock, plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { MoreButton } from '../ui/more-button.tsx';
import { dispositionSigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ExcerptsButton } from './excerpts-button.tsx';
import { ExportLinks } from './export-links.tsx';
import { PlanBar } from './plan-bar.tsx';
import { RecordsTable } from './records-table.tsx';
import { keysOf, recordsOf, type TopicUrl } from './use-topic-url.ts';

const PayloadScan = lazy(() =>
  import('./payload-scan.tsx').then((module) => ({ default: module.PayloadScan })),
);

const dispositionOptions = [
  { value: '', label: 'Any disposition' },
  ...dispositions.map((each) => ({ value: each, label: dispositionSigns[each].word })),
];

const ranges = [
  { value: 'all', label: 'All time' },
  { value: '300', label: 'Last 5 min' },
  { value: '900', label: 'Last 15 min' },
  { value: '3600', label: 'Last 1 h' },
  { value: '21600', label: 'Last 6 h' },
  { value: '86400', label: 'Last 1 d' },
];

/** A chosen range is written as the absolute time it began, so that a copied link shows the same records tomorrow. */
function TimeRange({ url: [{ from, to }, set] }: { url: TopicUrl }) {
  const now = new Date();
  const kept =
    from === null && to === null
      ? []
      : [
          {
            value: 'kept',
            label: `${from === null ? 'start' : formatClock(new Date(from), now)} – ${to === null ? 'now' : formatClock(new Date(to), now)}`,
          },
        ];
  return (
    <Select
      label="Time"
      labelHidden
      value={kept.length > 0 ? 'kept' : 'all'}
      options={[...kept, ...ranges]}
      onChange={(event) => {
        const seconds = Number(event.target.value);
        if (event.target.value === 'all') void set({ from: null, to: null });
        else if (seconds > 0)
          void set({ from: new Date(Date.now() - seconds * 1000).toISOString(), to: null });
      }}
    />
  );
}

export function RecordsPane({
  topic,
  group,
  open,
  url,
}: {
  topic: DeadLetterTopic;
  group: FailureGroup | null;
  /** Open dead letters of the failure group, or of all, as far as filter and time leave them; null while that is not known. */
  open: number | null;
  url: TopicUrl;
}) {
  const [{ fingerprint, disposition, q, filter, from, to, records }, set] = url;
  const wanted = { fingerprint, disposition, q, filter, from, to };
  const [excerpts, setExcerpts] = useState(false);
  const result = useInfiniteQuery(deadLetterPagesQuery(topic.cluster, topic.topic, wanted, excerpts));
  const [scanning, setScanning] = useState(false);
  const selected = keysOf(records);
  const filtered = Boolean(disposition || q || filter || from || to);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 py-2">
        <FilterInput
          label="Filter records"
          placeholder="Key or message"
          className="w-full sm:w-56"
          value={q ?? ''}
          onChange={(text) => void set({ q: text || null })}
        />
        <Select
          label="Disposition"
          labelHidden
          value={disposition ?? ''}
          onChange={(event) =>
            void set({ disposition: dispositions.find((each) => each === event.target.value) ?? null })
          }
          options={dispositionOptions}
        />
        <TimeRange url={url} />
        <Button aria-expanded={scanning} onClick={() => setScanning(!scanning)}>
          Search in payloads
        </Button>
        {topic.excerptBytes === null ? null : (
          <ExcerptsButton bytes={topic.excerptBytes} on={excerpts} set={setExcerpts} />
        )}
        <ExportLinks place={topic} filter={wanted} />
      </div>
      {scanning ? (
        <Suspense fallback={<div className="h-20" />}>
          <PayloadScan place={topic} filter={wanted} />
        </Suspense>
      ) : null}
      <LiveView
        view={toView(result)}
        what="dead letters"
        skeleton={<SkeletonRows what="dead letters" rows={12} />}
      >
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return (
            <>
              <RecordsTable
                cluster={topic.cluster}
                topic={topic.topic}
                rows={rows}
                withExcerpts={excerpts}
                fingerprint={fingerprint}
                originTopic={group?.originTopic ?? null}
                selected={selected}
                onSelect={(keys) => void set({ records: recordsOf(keys).text })}
                empty={
                  filtered ? (
                    <EmptyFiltered
                      what="dead letters"
                      total={filter === null ? (group?.count ?? topic.total) : topic.total}
                      clear={() =>
                        void set({ disposition: null, q: null, filter: null, from: null, to: null })
                      }
                    />
                  ) : (
                    <EmptyNothing title="No dead letters here" good={topic.index.caughtUp}>
                      {topic.index.caughtUp
                        ? 'The topic was read to its end.'
                        : 'The index is still reading the topic; they may come.'}
                    </EmptyNothing>
                  )
                }
              />
              {result.hasNextPage ? (
                <p className="flex items-center gap-3 px-2 py-3 text-muted">
                  The newest {plural(rows.length, 'record')} are shown; there are older ones.
                  <MoreButton of={result}>Show 500 more</MoreButton>
                </p>
              ) : null}
            </>
          );
        }}
      </LiveView>
      <PlanBar
        cluster={topic.cluster}
        topic={topic.topic}
        group={group}
        open={open}
        selected={selected}
        url={url}
      />
    </>
  );
}
