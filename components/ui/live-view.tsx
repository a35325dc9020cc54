'use client';
import type { ReactNode } from 'react';
import type { View } from '#lib/client/view.ts';
import { useNow } from './age.tsx';
import { EmptyDenied, EmptyMissing, EmptyUnreachable, StaleNotice } from './empty.tsx';
import { SkeletonRows } from './skeleton.tsx';

type Props<Data> = {
  view: View<Data>;
  /** What is read, in the plural, for sentences: "consumer groups". */
  what: string;
  skeleton?: ReactNode;
  /** The page's name, where its heading comes with the content: it has one also while there is no content. */
  page?: string;
  /** Leaves out the notice over stale content, where another part of the page says it already. */
  quiet?: boolean;
  children: (data: Data) => ReactNode;
};

function Stale({ view }: { view: Extract<View<unknown>, { state: 'stale' }> }) {
  useNow();
  return <StaleNotice problem={view.problem} readAt={view.readAt} now={Date.now()} />;
}

const Without = ({ page, children }: { page: string | undefined; children: ReactNode }) => (
  <>
    {page === undefined ? null : <h1 className="sr-only">{page}</h1>}
    {children}
  </>
);

/** The one place that decides between skeleton, content, content that is stale, no permission, not there, unreachable. */
export function LiveView<Data>({ view, what, skeleton, page, quiet = false, children }: Props<Data>) {
  switch (view.state) {
    case 'loading':
      return <Without page={page}>{skeleton ?? <SkeletonRows what={what} />}</Without>;
    case 'denied':
      return (
        <Without page={page}>
          <EmptyDenied problem={view.problem} what={what} />
        </Without>
      );
    case 'missing':
      return (
        <Without page={page}>
          <EmptyMissing problem={view.problem} what={what} />
        </Without>
      );
    case 'failed':
      return (
        <Without page={page}>
          <EmptyUnreachable problem={view.problem} what={what} retry={view.retry} />
        </Without>
      );
    case 'stale':
      return (
        <>
          {quiet ? null : <Stale view={view} />}
          {children(view.data)}
        </>
      );
    case 'ready':
      return children(view.data);
  }
}
