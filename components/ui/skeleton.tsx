/** Grey bars where rows will be; one polite word for screen readers. Nothing moves: it is a panel, not a film. */
export function SkeletonRows({ rows = 6, what }: { rows?: number; what: string }) {
  return (
    <div role="status" className="flex flex-col">
      <span className="sr-only">Reading {what}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of nothing have no other name.
          key={row}
          aria-hidden="true"
          className="flex h-9 items-center gap-6 border-b border-line px-2"
        >
          <span className="h-2.5 rounded-sm bg-line" style={{ width: `${14 + ((row * 7) % 12)}%` }} />
          <span className="h-2.5 rounded-sm bg-line" style={{ width: `${8 + ((row * 5) % 9)}%` }} />
          <span className="ml-auto h-2.5 w-[6%] rounded-sm bg-line" />
          <span className="h-2.5 w-[9%] rounded-sm bg-line" />
        </div>
      ))}
    </div>
  );
}

/** One bar in a line of text. */
export const SkeletonText = ({ width = '8rem' }: { width?: string }) => (
  <span aria-hidden="true" className="inline-block h-2.5 rounded-sm bg-line align-middle" style={{ width }} />
);
