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
  /** Leaves out the notice over stale content, where another part of the page says it already. */
  quiet?: boolean;
  children: (data: Data) => ReactNode;
};

function Stale({ view }: { view: Extract<View<unknown>, { state: 'stale' }> }) {
  useNow();
  return <StaleNotice problem={view.problem} readAt={view.readAt} now={Date.now()} />;
}

/** The one place that decides between skeleton, content, content that is stale, no permission, not there, unreachable. */
export function LiveView<Data>({ view, what, skeleton, quiet = false, children }: Props<Data>) {
  switch (view.state) {
    case 'loading':
      return skeleton ?? <SkeletonRows what={what} />;
    case 'denied':
      return <EmptyDenied problem={view.problem} what={what} />;
    case 'missing':
      return <EmptyMissing problem={view.problem} what={what} />;
    case 'failed':
      return <EmptyUnreachable problem={view.problem} what={what} retry={view.retry} />;
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
