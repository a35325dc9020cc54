'use client';
import { useMemo } from 'react';
import { markerSpots } from '../charts/chart-marker.ts';
import { MarkerList } from '../charts/marker-rail.tsx';
import { useChartMarkers } from '../charts/use-chart-markers.ts';
import { ArrivalsTable } from './arrivals-table.tsx';
import { Histogram } from './histogram.tsx';
import type { Bin } from './histogram-bins.ts';

/** Arrivals over time as bars and in numbers, with what happened meanwhile. */
export function Arrivals({
  bins,
  from,
  to,
  onRange,
}: {
  /** At least one. */
  bins: readonly Bin[];
  from: string | null;
  to: string | null;
  onRange: (range: { from: string; to: string } | null) => void;
}) {
  const first = bins[0]?.from ?? 0;
  const last = bins.at(-1)?.to ?? 0;
  const span = useMemo(
    () => ({ from: new Date(first).toISOString(), to: new Date(last).toISOString() }),
    [first, last],
  );
  const { markers, more } = useChartMarkers(span);
  const spots = markerSpots(markers, { from: first, to: last });
  return (
    <>
      <Histogram
        bins={bins}
        spots={spots}
        range={{
          from: from === null ? null : Date.parse(from),
          to: to === null ? null : Date.parse(to),
        }}
        onRange={(range) =>
          onRange(range && { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() })
        }
      />
      <MarkerList spots={spots} now={new Date(last)} more={more} />
      <ArrivalsTable bins={bins} />
    </>
  );
}
