'use client';
import { useQuery } from '@tanstack/react-query';
import { markersQuery } from '#lib/client/home.ts';
import type { MarkerView } from '#lib/contract/home.ts';
import type { ChartMarker } from './chart-marker.ts';

/** As many as one answer holds; a span with more says so. */
const readMax = 500;

export const deployMarker = (
  marker: Pick<MarkerView, 'at' | 'service' | 'version' | 'note' | 'by'>,
): ChartMarker => ({
  at: Date.parse(marker.at),
  kind: 'deploy',
  label: [marker.service, marker.version].filter(Boolean).join(' '),
  note: [marker.note, `by ${marker.by}`].filter(Boolean).join(', '),
});

/**
 * Everything that happened within the span and belongs on its axis. The one place where it comes together: whatever else is to be drawn on time axes is
 * turned into a ChartMarker here.
 */
export function useChartMarkers(span: { from: string; to: string | null }): {
  markers: ChartMarker[];
  more: boolean;
} {
  const deploys = useQuery(
    markersQuery({ from: span.from, ...(span.to === null ? {} : { to: span.to }), limit: readMax }),
  );
  return {
    markers: (deploys.data?.items ?? []).map(deployMarker),
    more: (deploys.data?.nextCursor ?? null) !== null,
  };
}
