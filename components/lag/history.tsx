'use client';
import { parseAsBoolean, parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { groupHistoryQuery } from '#lib/client/lag.ts';
import { useView } from '#lib/client/view.ts';
import type { History } from '#lib/contract/lag.ts';
import { markerSpots } from '../charts/chart-marker.ts';
import { LagChart } from '../charts/lag-chart.tsx';
import { MarkerList } from '../charts/marker-rail.tsx';
import { RangePicker } from '../charts/range-picker.tsx';
import { useChartMarkers } from '../charts/use-chart-markers.ts';
import { frozenLink, useTimeSpan } from '../charts/use-time-span.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { formatBig, formatClock, formatDuration, plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { HistoryTable } from './history-table.tsx';
import { type HistoryPoint, historyCsv, prepareHistory, summarizeHistory } from './prepare-history.ts';
import { SeriesPicker } from './series-picker.tsx';

type Props = {
  cluster: string;
  group: string;
  objectiveMs: number | null;
  partitions: readonly { topic: string; partition: number }[];
};

/** What the line is made of: how long a step is, what was not measured, and the worst of it. */
function Caption({
  points,
  stepMs,
  summed,
  now,
}: {
  points: readonly HistoryPoint[];
  stepMs: number;
  summed: boolean;
  now: Date;
}) {
  const { readings, gaps, worst } = summarizeHistory(points);
  return (
    <p className="px-2 pt-1 text-xs text-muted">
      Worst per {formatDuration(stepMs)}
      {summed ? ', summed over the partitions where all were read' : ''} · {plural(readings, 'reading')}
      {gaps === 0 ? ', no gaps' : `, ${plural(gaps, 'gap')} where nothing was measured`}
      {worst?.exactLag ? (
        <>
          {' '}
          · most: {formatBig(worst.exactLag)} records from {formatClock(new Date(worst.at), now)}
        </>
      ) : null}
    </p>
  );
}

/** The chosen series within the chosen span; the choice is the address. */
function useChoice({ partitions }: Pick<Props, 'partitions'>) {
  const [{ topic, partition, table }, set] = useQueryStates({
    topic: parseAsString,
    partition: parseAsInteger,
    table: parseAsBoolean.withDefault(false),
  });
  const known = topic !== null && partitions.some((each) => each.topic === topic) ? topic : null;
  return { choice: { topic: known, partition: known === null ? null : partition }, table, set };
}

/** Lag and time lag over time, with gaps as gaps, the flow's objective as a line, and what happened marked. */
export function GroupHistory({ cluster, group, objectiveMs, partitions }: Props) {
  const control = useTimeSpan();
  const { choice, table, set } = useChoice({ partitions });
  const { span, query, refetchMs } = control;
  const view = useView(groupHistoryQuery(cluster, group, { ...query, topic: choice.topic, refetchMs }));
  const { markers, more } = useChartMarkers(query, { cluster, group });
  const spots = markerSpots(markers, span);
  const now = new Date(span.to);

  const drawn = (history: History) => {
    const points = prepareHistory(history, choice);
    if (!points.some((point) => point.lagRecords !== null))
      return (
        <EmptyNothing title="Nothing was measured in this span">
          The collector stores a reading every ten seconds while it runs. Choose another span, or another
          series.
        </EmptyNothing>
      );
    return (
      <>
        {table ? (
          <HistoryTable points={points} now={now} />
        ) : (
          <LagChart
            points={points}
            span={span}
            objectiveMs={objectiveMs}
            spots={spots}
            now={now}
            onZoom={control.fix}
          />
        )}
        <div className="flex flex-wrap items-start justify-between gap-x-4">
          <Caption
            points={points}
            stepMs={history.stepMs}
            summed={choice.topic !== null && choice.partition === null}
            now={now}
          />
          <CopyButton text={historyCsv(points)} label="as CSV: these numbers" className="mt-1">
            Copy as CSV
          </CopyButton>
        </div>
      </>
    );
  };

  return (
    <Section
      title="Lag over time"
      aside={
        <>
          <Button
            size="sm"
            look="quiet"
            aria-pressed={table}
            onClick={() => void set({ table: table ? null : true })}
          >
            As table
          </Button>
          <CopyButton text={frozenLink(span)} label="link to this span of time">
            Copy link
          </CopyButton>
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-2 pt-2">
        <RangePicker control={control} />
        <SeriesPicker places={partitions} choice={choice} onChoose={(next) => void set(next)} />
      </div>
      <LiveView view={view} what="lag over time" skeleton={<SkeletonRows what="lag over time" rows={8} />}>
        {drawn}
      </LiveView>
      <MarkerList spots={spots} now={now} more={more} />
    </Section>
  );
}
