'use client';
import { useState } from 'react';
import { formatClock } from '../ui/format.ts';
import { bordersOf, edgesOf, type OpenRange, wholeTime, withEdge } from './brush-range.ts';
import type { Bin } from './histogram-bins.ts';

const names = { from: 'Time from', to: 'Time until' } as const;

/**
 * The two edges of a brush over a histogram: taken by mouse or finger, or moved by keyboard a bin at a time (arrows, Page, Home, End); Escape takes the
 * whole range away. A move is told when it ends, so that nothing is asked on the way; meanwhile `onDraft` draws it.
 */
export function BrushEdges({
  bins,
  range,
  onDraft,
  onRange,
}: {
  /** At least one. */
  bins: readonly Bin[];
  range: OpenRange;
  onDraft: (range: OpenRange | null) => void;
  onRange: (range: OpenRange) => void;
}) {
  const [draft, setDraft] = useState<OpenRange | null>(null);
  const shown = draft ?? range;
  const borders = bordersOf(bins);
  const edges = edgesOf(bins, shown);
  const now = new Date(borders.at(-1) ?? 0);
  const drawn = (next: OpenRange | null) => {
    setDraft(next);
    onDraft(next);
  };
  const finish = () => {
    if (draft === null) return;
    drawn(null);
    onRange(draft);
  };
  return (['from', 'to'] as const).map((edge) => (
    <input
      key={edge}
      type="range"
      className={`brush-edge ${shown.from === null && shown.to === null ? 'brush-edge-open' : ''}`}
      aria-label={names[edge]}
      aria-valuetext={
        shown[edge] === null
          ? edge === 'from'
            ? 'the first that is in the log'
            : 'now'
          : formatClock(new Date(shown[edge]), now)
      }
      min={0}
      max={borders.length - 1}
      step={1}
      value={edges[edge]}
      onChange={(event) => drawn(withEdge(bins, shown, edge, Number(event.target.value)))}
      onPointerUp={finish}
      onPointerCancel={finish}
      onKeyUp={finish}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        drawn(null);
        onRange(wholeTime);
      }}
    />
  ));
}
