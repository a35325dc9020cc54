'use client';
import { createSerializer, parseAsString } from 'nuqs';
import { paths } from '#lib/client/paths.ts';
import type { View } from '#lib/client/view.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type { FailureGroupList } from '#lib/contract/dead-letters.ts';
import { searchedMost } from '#lib/domain/dead-letters/searched-most.ts';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { Arrivals } from './arrivals.tsx';
import { whatIsMissing } from './arrivals-caption.tsx';
import { ChosenFailure } from './chosen-failure.tsx';
import { FailureList } from './failure-list.tsx';
import { binHistograms } from './histogram-bins.ts';
import { RecordsPane } from './records-pane.tsx';
import type { TopicUrl } from './use-topic-url.ts';

const serialize = createSerializer({
  fingerprint: parseAsString,
  disposition: parseAsString,
  filter: parseAsString,
  from: parseAsString,
  to: parseAsString,
});

/** Open dead letters of a failure group, or of all; null while that is not known, also when there are more groups than were read. */
function openOf(view: View<FailureGroupList>, fingerprint: string | null): number | null {
  if (view.state !== 'ready' && view.state !== 'stale') return null;
  const { items, nextCursor } = view.data;
  const found = items.find((group) => group.fingerprint === fingerprint);
  if (found) return found.open;
  if (nextCursor !== null) return null;
  return fingerprint === null ? items.reduce((sum, each) => sum + each.open, 0) : 0;
}

/** The failure groups at the left; of the chosen one, or of all, arrivals and records at the right. */
export function TopicPanes({
  topic,
  page,
  inTime,
  url,
}: {
  topic: DeadLetterTopic;
  /** As far as the filter leaves them, at any time: the histogram shows what is outside of the chosen time too. */
  page: FailureGroupList;
  /** The same within the chosen time. */
  inTime: View<FailureGroupList>;
  url: TopicUrl;
}) {
  const groups = page.items;
  const [{ fingerprint, from, to, disposition, filter }, set] = url;
  const ranged = from !== null || to !== null;
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
        <LiveView
          view={inTime}
          what="failure groups"
          quiet
          skeleton={<SkeletonRows what="failure groups" rows={6} />}
        >
          {({ items, nextCursor, atLeast }) => (
            <Section
              title={ranged ? 'Failure groups in this time' : 'Failure groups'}
              count={`${items.length}${nextCursor === null ? '' : '+'}`}
              aside="most open first"
            >
              {atLeast ? (
                <p className="px-2 py-1 text-xs text-warn">
                  More than {formatCount(searchedMost)} fit: the newest {formatCount(searchedMost)} were
                  counted, so every number and bar here is “at least”. Narrow the search for exact ones.
                </p>
              ) : null}
              <FailureList
                place={topic}
                groups={items}
                chosen={fingerprint}
                hrefOf={hrefOf}
                wave={topic.nextWave}
              />
            </Section>
          )}
        </LiveView>
      </div>
      <div className="flex min-w-0 flex-col">
        {fingerprint === null ? null : (
          <Link href={hrefOf(null)} className="link pb-2 xl:hidden">
            All failure groups ({groups.length})
          </Link>
        )}
        {chosen ? (
          <ChosenFailure place={{ cluster: topic.cluster, topic: topic.topic }} group={chosen} />
        ) : null}
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
            missing={whatIsMissing(topic.index, chosen === null && page.nextCursor !== null)}
            onRange={(range, drawn) => void set(range, { history: drawn ? 'push' : 'replace' })}
          />
        ) : null}
        <RecordsPane topic={topic} group={chosen} open={openOf(inTime, fingerprint)} url={url} />
      </div>
    </div>
  );
}
