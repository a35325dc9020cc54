import type { TimeSpan } from './time-span.ts';

/** Something that happened at a moment, to be seen on a time axis and read below it. */
export type ChartMarker = {
  at: number;
  /** A deploy or intervention that someone noted, or what was seen to happen to the group. */
  kind: 'deploy' | 'event';
  label: string;
  note: string | null;
};

/** Markers that would stand on one another are one mark with several names. */
export type MarkerSpot = { at: number; share: number; kind: ChartMarker['kind']; markers: ChartMarker[] };

const apart = 0.02;

/** Where the markers inside the span stand on its axis, oldest first; those closer than two per cent are folded. */
export function markerSpots(markers: readonly ChartMarker[], { from, to }: TimeSpan): MarkerSpot[] {
  const spots: MarkerSpot[] = [];
  for (const marker of [...markers].sort((a, b) => a.at - b.at)) {
    if (marker.at < from || marker.at > to) continue;
    const share = (marker.at - from) / (to - from);
    const last = spots.at(-1);
    if (last && share - last.share < apart) {
      last.markers.push(marker);
      if (marker.kind === 'deploy') last.kind = 'deploy';
    } else spots.push({ at: marker.at, share, kind: marker.kind, markers: [marker] });
  }
  return spots;
}
