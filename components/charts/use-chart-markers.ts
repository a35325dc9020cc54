'use client';
import { useQuery } from '@tanstack/react-query';
import { groupMarksQuery } from '#lib/client/group-events.ts';
import { markersQuery } from '#lib/client/home.ts';
import type { GroupEventView } from '#lib/contract/group-events.ts';
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

/** What happened to a group, as far as it explains a line: who left one by one does not, that all were replaced does. */
const drawnKinds: readonly GroupEventView['kind'][] = [
  'members_replaced',
  'rebalanced',
  'became_empty',
  'offsets_reset',
  'status_changed',
  'appeared',
];

/** @param named whether the axis is the group's own, so that its name says nothing */
export const eventMarker = (
  event: Pick<GroupEventView, 'at' | 'groupId' | 'kind' | 'text'>,
  named: boolean,
): ChartMarker => ({
  at: Date.parse(event.at),
  kind: 'event',
  label: named ? event.kind.replaceAll('_', ' ') : `${event.groupId}: ${event.kind.replaceAll('_', ' ')}`,
  note: event.text,
});

/**
 * Everything that happened within the span and belongs on its axis: deploys and interventions that someone noted, and what was seen to happen to the group of the
 * axis; on an axis of no group, that all members of one were replaced. The one place where it comes together.
 */
export function useChartMarkers(
  span: { from: string; to: string | null },
  group: { cluster: string; group: string } | null = null,
): {
  markers: ChartMarker[];
  more: boolean;
} {
  const range = { from: span.from, ...(span.to === null ? {} : { to: span.to }), limit: readMax };
  const deploys = useQuery(markersQuery(range));
  const events = useQuery(groupMarksQuery(group, range));
  const happened = (events.data?.items ?? []).filter((event) => drawnKinds.includes(event.kind));
  return {
    markers: [
      ...(deploys.data?.items ?? []).map(deployMarker),
      ...happened.map((event) => eventMarker(event, group !== null)),
    ],
    more: (deploys.data?.nextCursor ?? null) !== null || (events.data?.nextCursor ?? null) !== null,
  };
}
