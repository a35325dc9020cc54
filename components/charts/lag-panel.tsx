'use client';
import { useState } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatClock, formatDuration } from '../ui/format.ts';
import type { MarkerSpot } from './chart-marker.ts';
import type { LagPoint, Measure } from './lag-measures.ts';
import { axisLabel, axisTicks, durationTicks } from './time-axis.ts';
import { brushed, type TimeSpan } from './time-span.ts';

/** Room for the value axis at the left and for the last label at the right; whatever is laid over the plot keeps to it. */
export const plotLeft = 64;
export const plotRight = 12;

type DotProps = { cx?: number; cy?: number; payload: LagPoint };

const tick = { fill: 'var(--faint)', fontSize: 11 } as const;

export type PanelProps = {
  points: readonly LagPoint[];
  span: TimeSpan;
  objectiveMs: number | null;
  spots: readonly MarkerSpot[];
  /** The mark that is pointed at, by its time. */
  pointed: number | null;
  now: Date;
  /** A span drawn with the mouse. */
  onZoom: (span: TimeSpan) => void;
};

function Reading({ point, measure, now }: { point: LagPoint | undefined; measure: Measure; now: Date }) {
  if (!point) return null;
  return (
    <p className="rounded-md border border-line-strong bg-raised px-2 py-1 text-xs">
      <span className="text-muted">{formatClock(new Date(point.at), now)}</span>{' '}
      {measure.text(point) ?? 'not measured'}
    </p>
  );
}

/** A reading between two gaps makes no line: it is a dot. */
function standAlone(points: readonly LagPoint[], key: Measure['key']): ReadonlySet<number> {
  const has = (index: number) => (points[index]?.[key] ?? null) !== null;
  return new Set(
    points.flatMap((point, index) => (has(index) && !has(index - 1) && !has(index + 1) ? [point.at] : [])),
  );
}

const highestMs = (points: readonly LagPoint[], objectiveMs: number | null) =>
  points.reduce((most, { lagMs }) => Math.max(most, lagMs ?? 0), objectiveMs ?? 0);

/** One measure over time. */
export function LagPanel({
  measure,
  showTime,
  points,
  span,
  objectiveMs,
  spots,
  pointed,
  now,
  onZoom,
}: PanelProps & { measure: Measure; showTime: boolean }) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const alone = standAlone(points, measure.key);
  const at = (label: unknown) => (label === undefined || label === null ? null : Number(label));
  const finish = () => {
    const next = drag ? brushed(drag.from, drag.to) : null;
    setDrag(null);
    if (next) onZoom(next);
  };
  return (
    <div className="select-none">
      <p className="label px-2 pt-2">{measure.name}</p>
      <div style={{ height: showTime ? 150 : 130 }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 800, height: 140 }}>
          <LineChart
            data={[...points]}
            margin={{ top: 6, right: plotRight, bottom: 0, left: 0 }}
            accessibilityLayer={false}
            onMouseDown={({ activeLabel }) => {
              const from = at(activeLabel);
              if (from !== null) setDrag({ from, to: from });
            }}
            onMouseMove={({ activeLabel }) => {
              const to = at(activeLabel);
              if (drag && to !== null) setDrag({ ...drag, to });
            }}
            onMouseUp={finish}
            onMouseLeave={() => setDrag(null)}
          >
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={[span.from, span.to]}
              allowDataOverflow
              ticks={axisTicks(span)}
              tickFormatter={(value: number) => axisLabel(value, span)}
              tick={showTime ? tick : false}
              height={showTime ? 22 : 4}
              stroke="var(--line-strong)"
              tickLine={false}
              minTickGap={12}
            />
            <YAxis
              width={plotLeft}
              tick={tick}
              tickFormatter={measure.axis}
              axisLine={false}
              tickLine={false}
              domain={[(least: number) => Math.min(0, least), 'auto']}
              {...(measure.key === 'lagMs'
                ? { ticks: durationTicks(highestMs(points, objectiveMs)) }
                : { tickCount: 4, allowDecimals: false })}
            />
            {measure.key === 'lagMs' && objectiveMs !== null ? (
              <ReferenceLine
                y={objectiveMs}
                stroke="var(--warn)"
                strokeDasharray="4 3"
                ifOverflow="extendDomain"
                label={{
                  value: `objective ${formatDuration(objectiveMs)}`,
                  position: 'insideTopRight',
                  fill: 'var(--warn)',
                  fontSize: 11,
                }}
              />
            ) : null}
            {spots.map((spot) => (
              <ReferenceLine
                key={spot.at}
                x={spot.at}
                stroke={spot.kind === 'deploy' ? 'var(--accent)' : 'var(--faint)'}
                strokeWidth={spot.at === pointed ? 2 : 1}
                {...(spot.at === pointed ? {} : { strokeDasharray: '2 2' })}
              />
            ))}
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--line-strong)' }}
              content={({ active, label }) =>
                active ? (
                  <Reading point={points.find((each) => each.at === label)} measure={measure} now={now} />
                ) : null
              }
            />
            <Line
              dataKey={measure.key}
              type="linear"
              stroke="var(--ink)"
              strokeWidth={1.25}
              dot={({ cx, cy, payload }: DotProps) =>
                alone.has(payload.at) ? (
                  <circle key={payload.at} cx={cx} cy={cy} r={1.5} fill="var(--ink)" />
                ) : (
                  <g key={payload.at} />
                )
              }
              activeDot={{ r: 2.5, fill: 'var(--ink)', stroke: 'none' }}
              connectNulls={false}
              isAnimationActive={false}
            />
            {drag ? (
              <ReferenceArea x1={drag.from} x2={drag.to} fill="var(--accent)" fillOpacity={0.12} />
            ) : null}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </div>
  );
}
