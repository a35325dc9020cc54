'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { groupEventsQuery } from '#lib/client/group-events.ts';
import { toView } from '#lib/client/view.ts';
import type { GroupEventView } from '#lib/contract/group-events.ts';
import { Age } from '../ui/age.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { MoreButton } from '../ui/more-button.tsx';
import { Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { groupEventSigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';

function EventLine({ event }: { event: GroupEventView }) {
  const sign = groupEventSigns[event.kind];
  return (
    <li className="flex items-baseline gap-2 border-b border-line px-2 py-1.5">
      <Sign shape={sign.shape} tone={sign.tone} className="translate-y-1" />
      <span className="w-32 shrink-0 font-medium">{sign.word}</span>
      <span className="min-w-0 flex-1 text-muted [overflow-wrap:anywhere]">
        {event.text}
        {event.count > 1 ? ` And ${plural(event.count - 1, 'more time')} within the hour.` : ''}
      </span>
      <span className="text-right text-xs text-faint">
        <Age at={event.at} />
      </span>
    </li>
  );
}

/** What happened to the group: rebalances, members that came, went and were replaced, offsets reset. Newest first. */
export function Events({
  cluster,
  group,
  rebalancesPerHour,
}: {
  cluster: string;
  group: string;
  rebalancesPerHour: number | null;
}) {
  const result = useInfiniteQuery(groupEventsQuery(cluster, group));
  return (
    <Section
      title="Events"
      aside={
        <span className="text-muted">
          {rebalancesPerHour === null
            ? 'rebalances unknown: no worker watches'
            : `${plural(rebalancesPerHour, 'rebalance')} in 1 h`}
        </span>
      }
    >
      <LiveView
        view={toView(result)}
        what="events of the group"
        skeleton={<SkeletonRows what="events of the group" rows={4} />}
      >
        {({ pages }) => {
          const events = pages.flatMap((page) => page.items);
          return events.length === 0 ? (
            <EmptyNothing good title="Nothing happened">
              No rebalance, no member that came or went, no reset of offsets was seen in the last 30 days.
            </EmptyNothing>
          ) : (
            <>
              <ol aria-label="Events">
                {events.map((event) => (
                  <EventLine key={event.id} event={event} />
                ))}
              </ol>
              {result.hasNextPage ? (
                <div className="px-2 py-2">
                  <MoreButton of={result} look="quiet">
                    Older events
                  </MoreButton>
                </div>
              ) : null}
            </>
          );
        }}
      </LiveView>
    </Section>
  );
}
