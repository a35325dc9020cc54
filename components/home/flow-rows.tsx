'use client';
import { useQueries } from '@tanstack/react-query';
import { deadLetterTopicsQuery } from '#lib/client/dead-letters.ts';
import { flowsQuery } from '#lib/client/flows.ts';
import { groupsQuery } from '#lib/client/lag.ts';
import { paths } from '#lib/client/paths.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { FlowView } from '#lib/contract/flows.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { boundaryMark } from '../flows/boundary.ts';
import { hourlyBurn, objectiveSentence, rateText } from '../flows/objective-words.ts';
import { trendLabel } from '../lag/trend.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { formatDuration } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Quantity, Rate, Unknown } from '../ui/quantity.tsx';
import { Section } from '../ui/section.tsx';
import { lagSigns } from '../ui/signs.ts';
import { StatusSign } from '../ui/status-sign.tsx';
import { type FlowPressure, joinFlows } from './join-flows.ts';

function TimeLag({ row }: { row: FlowPressure }) {
  const { group, objectiveMs } = row;
  if (objectiveMs === null) return <Unknown why="the flow declares no objective for time lag" />;
  if (group === null || group.lagMs === null) return <Unknown why="time lag was not read" />;
  const over = group.lagMs > objectiveMs;
  return (
    <span className={`whitespace-nowrap ${over ? 'font-medium text-warn' : ''}`}>
      {over ? '▲ ' : ''}
      {formatDuration(group.lagMs)} <span className="text-faint">of {formatDuration(objectiveMs)}</span>
    </span>
  );
}

function Burn({ objective }: { objective: FlowView['objective'] }) {
  const rate = hourlyBurn(objective);
  const sentence = objectiveSentence(objective);
  if (objective.status === 'none') return <Unknown why={sentence} />;
  if (objective.status === 'burning')
    return (
      <span className="whitespace-nowrap font-medium text-warn" title={sentence}>
        ▲ {objective.speed === 'fast' ? 'fast' : 'slow'}
        {rate === null ? '' : ` ${rateText(rate)}`}
      </span>
    );
  if (rate === null) return <Unknown why={sentence} />;
  return (
    <span className="tabular-nums" title={sentence}>
      {rateText(rate)}
    </span>
  );
}

const columns: readonly Column<FlowPressure>[] = [
  {
    id: 'status',
    header: 'Status',
    from: 'sm',
    cell: (row) => <StatusSign sign={lagSigns[row.group?.status ?? 'unknown']} />,
  },
  {
    id: 'flow',
    header: 'Flow',
    primary: true,
    cell: (row) => (
      <span className="font-medium">
        <StatusSign sign={lagSigns[row.group?.status ?? 'unknown']} shapeOnly className="pr-1.5 sm:hidden" />
        {row.flow.name}
      </span>
    ),
  },
  {
    id: 'boundary',
    header: 'Boundary',
    from: 'md',
    help: 'What kind of effect stands behind the flow, and whether it may be replayed',
    cell: (row) => <span className="text-muted">{boundaryMark(row.flow)}</span>,
  },
  {
    id: 'in',
    header: 'In',
    align: 'right',
    from: 'sm',
    cell: (row) => <Rate value={row.group?.produceRate ?? null} />,
  },
  {
    id: 'lag',
    header: 'Lag, records',
    align: 'right',
    cell: (row) => <Quantity value={row.group?.lagRecords ?? null} why="no group of this flow was read" />,
  },
  {
    id: 'out',
    header: 'Out',
    align: 'right',
    from: 'sm',
    cell: (row) => <Rate value={row.group?.consumeRate ?? null} />,
  },
  {
    id: 'trend',
    header: 'Lag, 1 h',
    from: 'lg',
    cell: (row) =>
      row.group === null ? (
        <Unknown why="no group of this flow was read" />
      ) : (
        <Sparkline points={row.group.trend} label={trendLabel(row.group.trend)} width={80} />
      ),
  },
  {
    id: 'dead',
    header: 'Dead letters, 1 h',
    align: 'right',
    help: 'Arrived in the dead-letter topic of the flow within the last hour',
    cell: (row) =>
      row.flow.deadLetters === null ? (
        <Unknown why="the flow declares no dead-letter topic" />
      ) : (
        <Quantity value={row.deadLetters1h} why="its dead-letter topic is not indexed yet" />
      ),
  },
  {
    id: 'burn',
    header: 'Time lag of objective',
    align: 'right',
    from: 'md',
    cell: (row) => <TimeLag row={row} />,
  },
  {
    id: 'budget',
    header: 'Burn, 1 h',
    align: 'right',
    from: 'lg',
    help: 'How many times faster than allowed the error budget of the time-lag objective was spent in the last hour; 1× spends it exactly',
    cell: (row) => <Burn objective={row.flow.objective} />,
  },
];

function FlowTable({ flows }: { flows: readonly FlowView[] }) {
  const clusters = [...new Set(flows.map((flow) => flow.cluster))];
  const readings = useQueries({ queries: clusters.map((cluster) => groupsQuery(cluster)) });
  const topics = useView(deadLetterTopicsQuery());
  const groups = readings.flatMap((reading) => reading.data?.items ?? []);
  const known = lastRead(topics)?.items ?? [];
  return (
    <DataTable
      label="Flows"
      rows={joinFlows(flows, groups, known)}
      rowKey={(row) => row.flow.name}
      rowHref={(row) =>
        row.group ? paths.group(row.group.cluster, row.group.groupId) : paths.flow(row.flow.name)
      }
      columns={columns}
      empty={
        <EmptyNothing title="No flow is declared">
          Flows say where truth lives and what may be replayed. They are declared in the configuration file.
        </EmptyNothing>
      }
    />
  );
}

/** One row a flow: what comes in, what waits, what goes out, what died. */
export function FlowRows() {
  const view = useView(flowsQuery());
  return (
    <Section title="Flows">
      <LiveView quiet view={view} what="flows">
        {({ items }) => <FlowTable flows={items} />}
      </LiveView>
    </Section>
  );
}
