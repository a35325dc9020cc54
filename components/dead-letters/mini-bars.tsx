import type { Bin } from './histogram-bins.ts';

/** Small bars for a row of a list; the words are in its label. */
export function MiniBars({ bins, label }: { bins: readonly Bin[]; label: string }) {
  const max = Math.max(1, ...bins.map((bin) => bin.count));
  return (
    <svg role="img" aria-label={label} viewBox="0 0 96 18" className="h-4.5 w-24 shrink-0 text-muted">
      <title>{label}</title>
      <path d="M0 17.5H96" stroke="var(--line)" />
      {bins.map((bin, index) => {
        const size = bin.count === 0 ? 0 : Math.max(1.5, (bin.count / max) * 16);
        const width = 96 / bins.length;
        return (
          <rect
            key={bin.from}
            x={index * width}
            y={17 - size}
            width={Math.max(0.6, width - 0.6)}
            height={size}
            fill="currentColor"
          />
        );
      })}
    </svg>
  );
}
