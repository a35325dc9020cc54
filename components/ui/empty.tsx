import type { ReactNode } from 'react';
import type { ApiProblem } from '#lib/client/api.ts';
import { Button } from './button.tsx';
import { formatAge, formatCount } from './format.ts';
import { Explain } from './problem.tsx';
import { type Shape, Sign, type Tone } from './sign.tsx';

function Empty({
  shape,
  tone = 'idle',
  title,
  children,
  action,
}: {
  shape: Shape;
  tone?: Tone;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-1 px-2 py-6">
      <p className="flex items-center gap-2 font-medium">
        <Sign shape={shape} tone={tone} />
        {title}
      </p>
      {children ? <div className="max-w-prose pl-5 text-muted">{children}</div> : null}
      {action ? <div className="pt-2 pl-5">{action}</div> : null}
    </div>
  );
}

/** There is nothing, and it was looked at: say what would be here. */
export const EmptyNothing = ({
  title,
  children,
  good = false,
}: {
  title: string;
  children?: ReactNode;
  good?: boolean;
}) => (
  <Empty shape={good ? 'dot' : 'dash'} tone={good ? 'ok' : 'idle'} title={title}>
    {children}
  </Empty>
);

/** This person may not see it: which permission, where, and who grants it. */
export const EmptyDenied = ({ problem, what }: { problem: ApiProblem; what: string }) => (
  <Empty shape="slash" tone="warn" title={`You may not see ${what}`}>
    {problem.detail} <Explain problem={problem} />
  </Empty>
);

/** The source does not answer and nothing good was read before. */
export const EmptyUnreachable = ({
  problem,
  what,
  retry,
}: {
  problem: ApiProblem;
  what: string;
  retry?: () => void;
}) => (
  <div role="alert">
    <Empty
      shape="cross"
      tone="act"
      title={problem.isUnreachable ? `${problem.title}: ${what} can't be read` : problem.title}
      action={
        retry ? (
          <Button size="sm" onClick={retry}>
            Try again
          </Button>
        ) : undefined
      }
    >
      {problem.detail} No earlier reading is on this page.
    </Empty>
  </div>
);

/** There is something, and the filter hides it all. */
export const EmptyFiltered = ({
  what,
  total,
  clear,
}: {
  what: string;
  total?: number | null;
  clear: () => void;
}) => (
  <Empty
    shape="dash"
    title={`No ${what} fit the filter`}
    action={
      <Button size="sm" onClick={clear}>
        Clear filter
      </Button>
    }
  >
    {total === undefined || total === null ? null : `${formatCount(total)} are there without it.`}
  </Empty>
);

export const EmptyMissing = ({ what, problem }: { what: string; problem: ApiProblem }) => (
  <Empty shape="dashed" title={`${problem.title}: ${what}`}>
    {problem.detail}
  </Empty>
);

/** Above content that could not be read again: the last good reading stays, with its age. */
export const StaleNotice = ({
  problem,
  readAt,
  now,
}: {
  problem: ApiProblem;
  readAt: number;
  now: number;
}) => (
  <p role="status" className="flex items-baseline gap-2 border-b border-line bg-warn-soft px-2 py-1.5">
    <Sign shape="triangle" tone="warn" />
    <span>
      <span className="font-medium">{problem.title}.</span> Shown is what was read{' '}
      {formatAge(Math.max(1000, now - readAt))}. <span className="text-muted">{problem.detail}</span>
    </span>
  </p>
);
