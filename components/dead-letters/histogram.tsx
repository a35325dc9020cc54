'use client';
import { type PointerEvent, useId, useRef, useState } from 'react';
import type { MarkerSpot } from '../charts/chart-marker.ts';
import { MarkerRail } from '../charts/marker-rail.tsx';
import { formatClock, formatCount, formatDuration, formatMinute } from '../ui/format.ts';
import type { Bin } from './histogram-bins.ts';

const height = 72;
const axis = 16;

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

type Range = { from: number; to: number };

/**
 * Arrivals over time. Dragging over it chooses a range of time; the same can be done by keyboard with the list of ranges beside it and the
 * table below.
 */
export function Histogram({
  bins,
  spots,
  range,
  onRange,
}: {
  bins: readonly Bin[];
  /** What happened meanwhile, placed on this axis. */
  spots: readonly MarkerSpot[];
  range: { from: number | null; to: number | null };
  onRange: (range: Range | null) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ a: number; b: number } | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const titleId = useId();
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return null;
  const max = Math.max(1, ...bins.map((bin) => bin.count));
  const span = last.to - first.from;
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const label = `${formatCount(total)} arrivals, at most ${formatCount(max)} in ${formatDuration(first.to - first.from)}`;
  const shareAt = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    return rect ? Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width)) : 0;
  };
  const timeAt = (share: number) => first.from + share * span;
  const shareOf = (time: number) => (time - first.from) / span;
  const shown = drag
    ? { a: Math.min(drag.a, drag.b), b: Math.max(drag.a, drag.b) }
    : range.from === null && range.to === null
      ? null
      : {
          a: Math.max(0, shareOf(range.from ?? first.from)),
          b: Math.min(1, shareOf(range.to ?? last.to)),
        };
  const finish = () => {
    if (!drag) return;
    setDrag(null);
    const a = Math.min(drag.a, drag.b);
    const b = Math.max(drag.a, drag.b);
    if (b - a < 0.004) return;
    const inside = bins.filter((bin) => bin.to > timeAt(a) && bin.from < timeAt(b));
    const from = inside[0]?.from;
    const to = inside.at(-1)?.to;
    if (from !== undefined && to !== undefined) onRange({ from, to });
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <>
      <MarkerRail spots={spots} now={new Date(last.to)} onPoint={setPointed} />
      <div
        ref={box}
        className="relative cursor-crosshair touch-pan-y select-none"
        onPointerDown={(event) => {
          if (event.button !== 0 || event.pointerType === 'touch') return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const share = shareAt(event);
          setDrag({ a: share, b: share });
        }}
        onPointerMove={(event) => drag && setDrag({ a: drag.a, b: shareAt(event) })}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
      >
        <svg
          role="img"
          aria-labelledby={titleId}
          viewBox={`0 0 1000 ${height}`}
          preserveAspectRatio="none"
          className="block h-18 w-full text-accent"
        >
          <title id={titleId}>{label}</title>
          <path d={`M0 ${height - 0.5}H1000`} stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
          {bins.map((bin, index) => {
            const size = bin.count === 0 ? 0 : Math.max(1.5, (bin.count / max) * (height - 4));
            const width = 1000 / bins.length;
            const inside = shown === null || (shareOf(bin.to) > shown.a && shareOf(bin.from) < shown.b);
            return (
              <rect
                key={bin.from}
                x={index * width}
                y={height - 1 - size}
                width={Math.max(1, width - 1.5)}
                height={size}
                fill="currentColor"
                opacity={inside ? 1 : 0.3}
              >
                <title>
                  {`${formatClock(new Date(bin.from), new Date(bin.to))}, ${formatDuration(bin.to - bin.from)}: ${formatCount(bin.count)}`}
                </title>
              </rect>
            );
          })}
        </svg>
        {spots.map((spot) => (
          <span
            key={spot.at}
            aria-hidden="true"
            className={`pointer-events-none absolute top-0 h-18 ${spot.at === pointed ? 'border-l-2' : 'border-l border-dashed'} ${spot.kind === 'deploy' ? 'border-accent' : 'border-faint'}`}
            style={{ left: `${spot.share * 100}%` }}
          />
        ))}
        {shown ? (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute top-0 h-18 border-x border-accent bg-accent/8"
            style={{ left: `${shown.a * 100}%`, width: `${Math.max(0, shown.b - shown.a) * 100}%` }}
          />
        ) : null}
        <span aria-hidden="true" className="absolute top-0 right-0 bg-ground/80 px-1 text-2xs text-faint">
          {formatCount(max)} in {formatDuration(first.to - first.from)}
        </span>
        <div aria-hidden="true" className="relative text-2xs text-faint" style={{ height: axis }}>
          {ticks.map((share) => (
            <span
              key={share}
              className={`absolute whitespace-nowrap ${share === 0 ? '' : share === 1 ? '-translate-x-full' : '-translate-x-1/2'}`}
              style={{ left: `${share * 100}%` }}
            >
              {span < 900_000
                ? formatClock(new Date(timeAt(share)), new Date(last.to))
                : span > 86_400_000
                  ? formatClock(new Date(timeAt(share)), new Date(last.to + 86_400_000)).replace(/:\d\d$/, '')
                  : formatMinute(new Date(timeAt(share)))}
            </span>
          ))}
        </div>
      </div>
    </>
  );
}
