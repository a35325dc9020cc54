import { useId } from 'react';
import { formatClock, formatCount, formatDuration, plural } from '../ui/format.ts';
import { edgesOf, type OpenRange } from './brush-range.ts';
import type { Bin } from './histogram-bins.ts';

const height = 72;

/** What a bar says of itself. `known` is false while the index is behind: then nothing is not nothing. */
function barText(bin: Bin, { known, now }: { known: boolean; now: number }): string {
  const when = `${formatClock(new Date(bin.from), new Date(bin.to))}, ${formatDuration(bin.to - bin.from)}`;
  const still = bin.to > now ? ', and it is not over yet' : '';
  if (known) return `${when}: ${plural(bin.count, 'arrival')}${still}`;
  return `${when}: ${bin.count === 0 ? 'none that is indexed yet' : `at least ${plural(bin.count, 'arrival')}`}${still}`;
}

/** The bars themselves. The one that is not over is lighter, and the base line is dashed where nothing may only be unknown. */
export function HistogramBars({
  bins,
  range,
  known,
  now,
}: {
  /** At least one. */
  bins: readonly Bin[];
  range: OpenRange;
  /** Whether the index has everything: without it an empty bin may be one that is not read yet. */
  known: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}) {
  const titleId = useId();
  const max = Math.max(1, ...bins.map((bin) => bin.count));
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const widthMs = (bins[0]?.to ?? 0) - (bins[0]?.from ?? 0);
  const edges = edgesOf(bins, range);
  const width = 1000 / bins.length;
  return (
    <svg
      role="img"
      aria-labelledby={titleId}
      viewBox={`0 0 1000 ${height}`}
      preserveAspectRatio="none"
      className="block h-18 w-full text-accent"
    >
      <title id={titleId}>
        {`${known ? '' : 'At least '}${plural(total, 'arrival')}, at most ${formatCount(max)} in ${formatDuration(widthMs)}`}
      </title>
      <path
        d={`M0 ${height - 0.5}H1000`}
        stroke="var(--line-strong)"
        vectorEffect="non-scaling-stroke"
        {...(known ? {} : { strokeDasharray: '4 3' })}
      />
      {bins.map((bin, index) => {
        const size = bin.count === 0 ? 0 : Math.max(1.5, (bin.count / max) * (height - 4));
        const inside = index >= edges.from && index < edges.to;
        return (
          <g key={bin.from}>
            <rect
              x={index * width}
              y={height - 1 - size}
              width={Math.max(1, width - 1.5)}
              height={size}
              fill="currentColor"
              opacity={inside ? (bin.to > now ? 0.6 : 1) : 0.3}
            />
            <rect x={index * width} y={0} width={width} height={height} fill="transparent">
              <title>{barText(bin, { known, now })}</title>
            </rect>
          </g>
        );
      })}
    </svg>
  );
}
