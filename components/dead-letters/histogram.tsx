'use client';
import { type PointerEvent, useRef, useState } from 'react';
import type { MarkerSpot } from '../charts/chart-marker.ts';
import { MarkerRail } from '../charts/marker-rail.tsx';
import { useNow } from '../ui/age.tsx';
import { formatClock, formatCount, formatDuration, formatMinute } from '../ui/format.ts';
import { BrushEdges } from './brush-edges.tsx';
import { brushedBins, edgesOf, type OpenRange } from './brush-range.ts';
import { HistogramBars } from './histogram-bars.tsx';
import type { Bin } from './histogram-bins.ts';

const axis = 16;
const ticks = [0, 0.25, 0.5, 0.75, 1];

function tickText(at: number, spanMs: number, endMs: number): string {
  if (spanMs < 900_000) return formatClock(new Date(at), new Date(endMs));
  return spanMs > 86_400_000
    ? formatClock(new Date(at), new Date(endMs + 86_400_000)).replace(/:\d\d$/, '')
    : formatMinute(new Date(at));
}

/** Arrivals over time. Dragging over it chooses a range of time; its edges can be moved by mouse, finger and keyboard. */
export function Histogram({
  bins,
  spots,
  range,
  known,
  onRange,
}: {
  /** At least one. */
  bins: readonly Bin[];
  /** What happened meanwhile, placed on this axis. */
  spots: readonly MarkerSpot[];
  range: OpenRange;
  /** Whether the index has everything. */
  known: boolean;
  /** @param drawn it was drawn anew, not moved by a step */
  onRange: (range: OpenRange, drawn: boolean) => void;
}) {
  const now = useNow();
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ a: number; b: number } | null>(null);
  const [draft, setDraft] = useState<OpenRange | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const first = bins[0];
  const last = bins.at(-1);
  if (!first || !last) return null;
  const max = Math.max(1, ...bins.map((bin) => bin.count));
  const span = last.to - first.from;
  const shareAt = (event: PointerEvent) => {
    const rect = box.current?.getBoundingClientRect();
    return rect ? Math.min(1, Math.max(0, (event.clientX - rect.left) / rect.width)) : 0;
  };
  const shown = (drag ? brushedBins(bins, drag.a, drag.b) : draft) ?? range;
  const edges = edgesOf(bins, shown);
  const chosen = shown.from !== null || shown.to !== null;
  const finish = () => {
    const next = drag ? brushedBins(bins, drag.a, drag.b) : null;
    setDrag(null);
    if (next) onRange(next, true);
  };
  return (
    <>
      <MarkerRail spots={spots} now={new Date(last.to)} onPoint={setPointed} />
      <div className="relative">
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
          <HistogramBars bins={bins} range={shown} known={known} now={now} />
          {spots.map((spot) => (
            <span
              key={spot.at}
              aria-hidden="true"
              className={`pointer-events-none absolute top-0 h-18 ${spot.at === pointed ? 'border-l-2' : 'border-l border-dashed'} ${spot.kind === 'deploy' ? 'border-accent' : 'border-faint'}`}
              style={{ left: `${spot.share * 100}%` }}
            />
          ))}
          {chosen ? (
            <span
              aria-hidden="true"
              className="pointer-events-none absolute top-0 h-18 bg-accent/8"
              style={{
                left: `${(edges.from / bins.length) * 100}%`,
                width: `${((edges.to - edges.from) / bins.length) * 100}%`,
              }}
            />
          ) : null}
          <span aria-hidden="true" className="absolute top-0 right-2 bg-ground/80 px-1 text-2xs text-faint">
            {formatCount(max)} in {formatDuration(first.to - first.from)}
          </span>
          <div aria-hidden="true" className="relative text-2xs text-faint" style={{ height: axis }}>
            {ticks.map((share) => (
              <span
                key={share}
                className={`absolute whitespace-nowrap ${share === 0 ? '' : share === 1 ? '-translate-x-full' : '-translate-x-1/2'}`}
                style={{ left: `${share * 100}%` }}
              >
                {tickText(first.from + share * span, span, last.to)}
              </span>
            ))}
          </div>
        </div>
        {drag ? null : (
          <BrushEdges bins={bins} range={range} onDraft={setDraft} onRange={(next) => onRange(next, false)} />
        )}
      </div>
    </>
  );
}
