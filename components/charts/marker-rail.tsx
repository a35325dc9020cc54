'use client';
import { useId } from 'react';
import { formatClock } from '../ui/format.ts';
import { Sign } from '../ui/sign.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import type { ChartMarker, MarkerSpot } from './chart-marker.ts';

const signs = {
  deploy: { shape: 'diamond', tone: 'accent' },
  event: { shape: 'info', tone: 'idle' },
} as const;
const listed = 5;

const spotText = (spot: MarkerSpot, now: Date) =>
  spot.markers.map((each) => `${formatClock(new Date(each.at), now)} ${each.label}`).join(' · ');

function Spot({ spot, now, onPoint }: { spot: MarkerSpot; now: Date; onPoint: (at: number | null) => void }) {
  const id = useId();
  const text = spotText(spot, now);
  return (
    <span className="absolute top-0 -translate-x-1/2" style={{ left: `${spot.share * 100}%` }}>
      <Tooltip text={text} id={id}>
        <button
          type="button"
          aria-label={`${spot.markers.length === 1 ? 'Mark' : `${spot.markers.length} marks`} at ${formatClock(new Date(spot.at), now)}`}
          aria-describedby={id}
          onFocus={() => onPoint(spot.at)}
          onBlur={() => onPoint(null)}
          onPointerEnter={() => onPoint(spot.at)}
          onPointerLeave={() => onPoint(null)}
          className="flex size-4 items-center justify-center rounded-sm hover:bg-hover"
        >
          <Sign {...signs[spot.kind]} className="size-2.5" />
        </button>
      </Tooltip>
    </span>
  );
}

/** The heads of the hairlines, over a chart whose plot begins and ends where this does. Hover or focus names them. */
export function MarkerRail({
  spots,
  now,
  onPoint,
}: {
  spots: readonly MarkerSpot[];
  now: Date;
  onPoint: (at: number | null) => void;
}) {
  if (spots.length === 0) return null;
  return (
    <div className="relative h-4">
      {spots.map((spot) => (
        <Spot key={spot.at} spot={spot} now={now} onPoint={onPoint} />
      ))}
    </div>
  );
}

const Line = ({ marker, now }: { marker: ChartMarker; now: Date }) => (
  <li className="flex items-baseline gap-2">
    <Sign {...signs[marker.kind]} className="size-2.5" />
    <span className="text-muted tabular-nums">{formatClock(new Date(marker.at), now)}</span>
    <span className="min-w-0 [overflow-wrap:anywhere]">
      {marker.label}
      {marker.note === null ? null : <span className="text-muted"> {marker.note}</span>}
    </span>
  </li>
);

/** The same marks in text, newest first. */
export function MarkerList({
  spots,
  now,
  more = false,
}: {
  spots: readonly MarkerSpot[];
  now: Date;
  /** There are older ones that were not read. */
  more?: boolean;
}) {
  const markers = spots.flatMap((spot) => spot.markers).toReversed();
  if (markers.length === 0) return null;
  const rest = markers.slice(listed);
  const line = (marker: ChartMarker) => (
    <Line key={`${marker.at} ${marker.kind} ${marker.label}`} marker={marker} now={now} />
  );
  return (
    <div className="px-2 py-1 text-xs">
      <ul aria-label="Marks on this axis">{markers.slice(0, listed).map(line)}</ul>
      {rest.length > 0 ? (
        <details>
          <summary className="w-fit text-muted">
            {rest.length} earlier {rest.length === 1 ? 'mark' : 'marks'}
          </summary>
          <ul aria-label="Earlier marks on this axis">{rest.map(line)}</ul>
        </details>
      ) : null}
      {more ? (
        <p className="text-muted">Older marks of this span are not shown: choose a shorter one.</p>
      ) : null}
    </div>
  );
}
