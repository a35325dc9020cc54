/** Key hints: `<Keys keys="g l" />` draws two caps. */
export function Keys({ keys, className = '' }: { keys: string; className?: string }) {
  return (
    <span className={className}>
      <span className="inline-flex gap-0.5">
        {keys.split(' ').map((key) => (
          <kbd
            key={key}
            className="inline-flex h-4 min-w-4 items-center justify-center rounded-sm border border-line bg-sunken px-1 text-2xs text-muted"
          >
            {key}
          </kbd>
        ))}
      </span>
    </span>
  );
}
