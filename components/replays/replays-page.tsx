'use client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { parseAsBoolean, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { paths } from '#lib/client/paths.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { replayPagesQuery, replaysQuery } from '#lib/client/replays.ts';
import { meQuery } from '#lib/client/session.ts';
import { toView } from '#lib/client/view.ts';
import { isTerminal, replayStates } from '#lib/domain/replays/state.ts';
import { EmptyFiltered, EmptyNothing } from '../ui/empty.tsx';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { MoreButton } from '../ui/more-button.tsx';
import { PageHeader } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { Inbox } from './inbox.tsx';
import { ReplayTable } from './replay-table.tsx';

const running = ['canary', 'ramping', 'paused', 'completed', 'verifying'] as const;
const shelves = {
  preparing: { name: 'Preparing', states: ['draft', 'planned', 'blocked'] },
  waiting: { name: 'Not started', states: ['awaiting_approval', 'approved'] },
  running: { name: 'Running', states: running },
  finished: { name: 'Finished', states: replayStates.filter(isTerminal) },
} as const;
type Shelf = keyof typeof shelves;
const shelfNames = Object.keys(shelves) as Shelf[];

const useUrl = () =>
  useQueryStates(
    { show: parseAsStringLiteral(shelfNames), awaitingMe: parseAsBoolean.withDefault(false) },
    { history: 'push' },
  );

function Filters({ show, awaitingMe }: { show: Shelf | null; awaitingMe: boolean }) {
  const waiting = useQuery(replaysQuery({ awaitingMe: 'true', limit: 100 }));
  const count = waiting.data?.items.length;
  const link = (href: string, on: boolean, text: string) => (
    <Link
      key={href}
      href={href}
      aria-current={on ? 'page' : undefined}
      className={`inline-flex h-8 items-center rounded-md border px-2.5 pointer-coarse:h-10 ${on ? 'border-accent bg-selected font-medium text-ink' : 'border-transparent text-muted hover:bg-hover hover:text-ink'}`}
    >
      {text}
    </Link>
  );
  return (
    <nav aria-label="Which replays" className="flex flex-wrap gap-1 pb-3">
      {link('/replays', show === null && !awaitingMe, 'All')}
      {link(
        '/replays?awaitingMe=true',
        awaitingMe,
        `Waiting for me${count === undefined ? '' : ` (${formatCount(count)})`}`,
      )}
      {shelfNames.map((shelf) =>
        link(`/replays?show=${shelf}`, show === shelf && !awaitingMe, shelves[shelf].name),
      )}
    </nav>
  );
}

function Nobody({ awaitingMe }: { awaitingMe: boolean }) {
  const me = useQuery(meQuery());
  const denied = awaitingMe ? deniedReason(me.data, 'replay.approve') : null;
  if (awaitingMe)
    return (
      <EmptyNothing title="No replay waits for your approval" good={denied === null}>
        {denied ?? 'Those that you prepared yourself wait for somebody else.'}
      </EmptyNothing>
    );
  return (
    <EmptyNothing title="No replay yet">
      A replay begins at its dead letters: choose a failure group in{' '}
      <Link href={paths.deadLetters()} className="link">
        Dead letters
      </Link>{' '}
      and plan it.
    </EmptyNothing>
  );
}

function Replays() {
  const [{ show, awaitingMe }, set] = useUrl();
  const result = useInfiniteQuery(
    replayPagesQuery({
      state: show === null || awaitingMe ? null : shelves[show].states.join(','),
      awaitingMe: awaitingMe ? 'true' : null,
    }),
  );
  return (
    <>
      <PageHeader title="Replays" lead="One governed attempt each to send a frozen set of dead letters on." />
      <Filters show={show} awaitingMe={awaitingMe} />
      <LiveView view={toView(result)} what="replays" skeleton={<SkeletonRows what="replays" />}>
        {({ pages }) => {
          const replays = pages.flatMap((page) => page.items);
          if (replays.length === 0)
            return show !== null && !awaitingMe ? (
              <EmptyFiltered what="replays" clear={() => void set({ show: null })} />
            ) : (
              <Nobody awaitingMe={awaitingMe} />
            );
          return (
            <>
              {awaitingMe ? <Inbox replays={replays} /> : <ReplayTable replays={replays} />}
              {result.hasNextPage ? (
                <p className="px-2 py-3">
                  <MoreButton of={result}>Show older</MoreButton>
                </p>
              ) : null}
            </>
          );
        }}
      </LiveView>
    </>
  );
}

/** Every replay, newest first, and the approvals that wait for the reader. */
export const ReplaysPage = () => (
  <NuqsAdapter>
    <Replays />
  </NuqsAdapter>
);
