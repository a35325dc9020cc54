'use client';
import { useQuery } from '@tanstack/react-query';
import { parseAsBoolean, parseAsIsoDateTime, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { currentSecond } from '#lib/client/clock.ts';
import { markersQuery } from '#lib/client/home.ts';
import { groupHistoryQuery } from '#lib/client/lag.ts';
import { useView } from '#lib/client/view.ts';
import { LagChart } from '../charts/lag-chart.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { Select } from '../ui/field.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { Section } from '../ui/section.tsx';
import { HistoryTable } from './history-table.tsx';
import { prepareHistory } from './prepare-history.ts';

const windows = { '15m': 15, '1h': 60, '6h': 360, '24h': 1440 } as const;
type Window = keyof typeof windows;
const names = Object.keys(windows) as Window[];
const labels: Readonly<Record<Window, string>> = { '15m': '15 min', '1h': '1 h', '6h': '6 h', '24h': '24 h' };

/** The chosen span: a moving window, or a fixed one (from a brush or a copied link). Moves by half a minute, so that the query key rests. */
function useSpan() {
  const [state, set] = useQueryStates({
    window: parseAsStringLiteral(names).withDefault('1h'),
    from: parseAsIsoDateTime,
    to: parseAsIsoDateTime,
    table: parseAsBoolean.withDefault(false),
  });
  const { window, from, to } = state;
  const halfMinute = Math.floor(currentSecond() / 30) * 30_000;
  const span = useMemo(
    () =>
      from && to
        ? { from: from.toISOString(), to: to.toISOString() }
        : { from: new Date(halfMinute - windows[window] * 60_000).toISOString(), to: null },
    [from, to, window, halfMinute],
  );
  return { ...state, set, span, fixed: from !== null && to !== null };
}

function frozenLink(span: { from: string; to: string | null }): string {
  const url = new URL(globalThis.location?.href ?? 'http://localhost/');
  url.searchParams.set('from', span.from);
  url.searchParams.set('to', span.to ?? new Date().toISOString());
  return url.toString();
}

/** Lag and time lag over time, with gaps as gaps, the flow's objective as a line, and deploys marked. */
export function GroupHistory({
  cluster,
  group,
  objectiveMs,
}: {
  cluster: string;
  group: string;
  objectiveMs: number | null;
}) {
  const { window, table, set, span, fixed } = useSpan();
  const view = useView(groupHistoryQuery(cluster, group, span));
  const markers = useQuery(markersQuery({ from: span.from, ...(span.to === null ? {} : { to: span.to }) }));
  return (
    <Section
      title="Lag over time"
      aside={
        <>
          {fixed ? (
            <Button size="sm" look="quiet" onClick={() => void set({ from: null, to: null })}>
              Fixed span: back to live
            </Button>
          ) : (
            <Select
              label="Window"
              small
              labelHidden
              value={window}
              onChange={(event) =>
                void set({ window: names.find((each) => each === event.target.value) ?? '1h' })
              }
              options={names.map((each) => ({ value: each, label: labels[each] }))}
            />
          )}
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
      <LiveView view={view} what="lag over time">
        {(history) => {
          const points = prepareHistory(history);
          if (!points.some((point) => point.lagRecords !== null))
            return (
              <EmptyNothing title="Nothing was measured in this span">
                The collector stores a reading every ten seconds while it runs; choose another window.
              </EmptyNothing>
            );
          return table ? (
            <HistoryTable points={points} />
          ) : (
            <LagChart
              points={points}
              objectiveMs={objectiveMs}
              markers={(markers.data?.items ?? []).map((marker) => ({
                at: Date.parse(marker.at),
                label: [marker.service, marker.version].filter(Boolean).join(' '),
              }))}
              onZoom={(from, to) => void set({ from: new Date(from), to: new Date(to) })}
            />
          );
        }}
      </LiveView>
    </Section>
  );
}
