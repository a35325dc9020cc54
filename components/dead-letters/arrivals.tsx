'use client';
import { useMemo } from 'react';
import { markerSpots } from '../charts/chart-marker.ts';
import { MarkerList } from '../charts/marker-rail.tsx';
import { useChartMarkers } from '../charts/use-chart-markers.ts';
import { ArrivalsCaption } from './arrivals-caption.tsx';
import { ArrivalsTable } from './arrivals-table.tsx';
import { type OpenRange, timeOf, wholeTime } from './brush-range.ts';
import { Histogram } from './histogram.tsx';
import type { Bin } from './histogram-bins.ts';

const text = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** Arrivals over time as bars and in numbers, with what happened meanwhile; a range of it is chosen here. */
export function Arrivals({
  bins,
  from,
  to,
  missing,
  onRange,
}: {
  /** At least one. */
  bins: readonly Bin[];
  from: string | null;
  to: string | null;
  /** Why this may not be all, in a sentence; null when it is. */
  missing: string | null;
  /** @param drawn worth a step of the browser's history: it was drawn anew, or taken away */
  onRange: (range: { from: string | null; to: string | null }, drawn: boolean) => void;
}) {
  const first = bins[0]?.from ?? 0;
  const last = bins.at(-1)?.to ?? 0;
  const span = useMemo(
    () => ({ from: new Date(first).toISOString(), to: new Date(last).toISOString() }),
    [first, last],
  );
  const { markers, more } = useChartMarkers(span);
  const spots = markerSpots(markers, { from: first, to: last });
  const range: OpenRange = { from: timeOf(from), to: timeOf(to) };
  const choose = (next: OpenRange, drawn: boolean) =>
    onRange({ from: text(next.from), to: text(next.to) }, drawn);
  return (
    <>
      <Histogram bins={bins} spots={spots} range={range} known={missing === null} onRange={choose} />
      <ArrivalsCaption bins={bins} range={range} missing={missing} onClear={() => choose(wholeTime, true)} />
      <MarkerList spots={spots} now={new Date(last)} more={more} />
      <ArrivalsTable bins={bins} known={missing === null} />
    </>
  );
}
