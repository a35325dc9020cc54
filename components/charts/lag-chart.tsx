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
import { formatClock, formatCount, formatDuration, formatMinute } from '../ui/format.ts';

export type LagPoint = { at: number; lagRecords: number | null; lagMs: number | null };
export type ChartMarker = { at: number; label: string };

const tick = { fill: 'var(--faint)', fontSize: 11 } as const;
const shortCount = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

type Props = {
  points: readonly LagPoint[];
  objectiveMs: number | null;
  markers: readonly ChartMarker[];
  /** A span drawn with the mouse, in ms. */
  onZoom: (from: number, to: number) => void;
};

type Measure = {
  key: 'lagRecords' | 'lagMs';
  name: string;
  axis: (value: number) => string;
  full: (value: number) => string;
};
const measures: readonly Measure[] = [
  {
    key: 'lagRecords',
    name: 'Lag, records',
    axis: (value) => shortCount.format(value),
    full: (value) => `${formatCount(value)} records`,
  },
  { key: 'lagMs', name: 'Time lag', axis: formatDuration, full: formatDuration },
];

function Reading({
  active,
  payload,
  label,
  measure,
}: {
  active?: boolean;
  payload?: readonly { value?: unknown }[];
  label?: unknown;
  measure: Measure;
}) {
  if (!active || typeof label !== 'number') return null;
  const value = payload?.[0]?.value;
  return (
    <p className="rounded-md border border-line-strong bg-raised px-2 py-1 text-xs">
      <span className="text-muted">{formatClock(new Date(label), new Date())}</span>{' '}
      {typeof value === 'number' ? measure.full(value) : 'not measured'}
    </p>
  );
}

function Panel({
  measure,
  points,
  objectiveMs,
  markers,
  onZoom,
  showTime,
}: Props & { measure: Measure; showTime: boolean }) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const at = (label: unknown) => (label === undefined || label === null ? null : Number(label));
  const finish = () => {
    if (drag && Math.abs(drag.to - drag.from) >= 10_000)
      onZoom(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to));
    setDrag(null);
  };
  return (
    <div className="select-none">
      <p className="label px-2 pt-2">{measure.name}</p>
      <div style={{ height: showTime ? 150 : 130 }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 800, height: 140 }}>
          <LineChart
            data={[...points]}
            margin={{ top: 6, right: 12, bottom: 0, left: 0 }}
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
              domain={['dataMin', 'dataMax']}
              tickFormatter={(value: number) => formatMinute(new Date(value))}
              tick={showTime ? tick : false}
              height={showTime ? 22 : 4}
              stroke="var(--line-strong)"
              tickLine={false}
              minTickGap={48}
            />
            <YAxis
              width={64}
              tick={tick}
              tickFormatter={measure.axis}
              axisLine={false}
              tickLine={false}
              domain={[0, 'auto']}
              tickCount={4}
              allowDecimals={false}
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
            {markers.map((marker) => (
              <ReferenceLine
                key={`${marker.at}-${marker.label}`}
                x={marker.at}
                stroke="var(--accent)"
                strokeDasharray="2 2"
                {...(showTime
                  ? {}
                  : {
                      label: {
                        value: marker.label,
                        position: 'insideTopLeft' as const,
                        fill: 'var(--accent)',
                        fontSize: 11,
                      },
                    })}
              />
            ))}
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: 'var(--line-strong)' }}
              content={(props) => (
                <Reading
                  active={props.active}
                  payload={props.payload}
                  label={props.label}
                  measure={measure}
                />
              )}
            />
            <Line
              dataKey={measure.key}
              type="linear"
              stroke="var(--ink)"
              strokeWidth={1.25}
              dot={false}
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

/** Two charts over one time axis; drag over either to zoom. The same numbers stand in the table view. */
export function LagChart(props: Props) {
  return (
    <figure aria-label="Lag and time lag over time; the same is under As table">
      {measures.map((measure, index) => (
        <Panel key={measure.key} measure={measure} showTime={index === measures.length - 1} {...props} />
      ))}
    </figure>
  );
}
