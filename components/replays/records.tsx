'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { paths } from '#lib/client/paths.ts';
import { replayRecordPagesQuery } from '#lib/client/replays.ts';
import { toView } from '#lib/client/view.ts';
import type { ReplayRecord, ReplayView } from '#lib/contract/replays.ts';
import { outcomes } from '#lib/domain/replays/state.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyFiltered, EmptyNothing } from '../ui/empty.tsx';
import { Select } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { MoreButton } from '../ui/more-button.tsx';
import { Quantity } from '../ui/quantity.tsx';
import { outcomeSigns, verificationSigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { divertedBecause } from './diversion-text.ts';

const filters = [...outcomes, 'pending'] as const;
const mono = 'font-mono text-[0.92em] whitespace-nowrap';

/** The outcome with its reason; of one that waits to be diverted, that it will be. */
function wordOf({ outcome, reason, diverted }: ReplayRecord): string | undefined {
  const { word } = outcomeSigns[outcome];
  if (diverted !== null && (outcome === 'pending' || outcome === 'diverted'))
    return `${outcome === 'pending' ? 'to the quarantine' : word}: ${divertedBecause(diverted)}`;
  return reason === null ? undefined : `${word}: ${reason}`;
}

const columns: readonly Column<ReplayRecord>[] = [
  {
    id: 'ordinal',
    header: '#',
    align: 'right',
    from: 'sm',
    className: 'w-16',
    help: 'Place in the sending order',
    cell: (row) => <Quantity value={row.ordinal + 1} className="text-muted" />,
  },
  {
    id: 'record',
    header: 'Dead letter',
    primary: true,
    help: 'Partition @ offset',
    cell: (row) => (
      <span className={mono}>
        {row.partition} @ {row.offset}
      </span>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    // With its reason it is wider than a phone leaves room for.
    cell: (row) => (
      <StatusSign sign={outcomeSigns[row.outcome]} word={wordOf(row)} className="max-sm:whitespace-normal" />
    ),
  },
  {
    id: 'destination',
    header: 'Landed at',
    from: 'sm',
    help: 'Partition @ offset in the destination, of a diverted one in the quarantine',
    cell: (row) =>
      row.destination === null ? (
        <span className="text-faint">not sent</span>
      ) : (
        <span className={mono}>
          {row.destination.partition} @ {row.destination.offset}
          <span className="hidden text-faint xl:inline"> {row.destination.topic}</span>
        </span>
      ),
  },
  {
    id: 'verification',
    header: 'Then',
    cell: (row) =>
      row.verification === null ? (
        <span className="text-faint">–</span>
      ) : (
        <StatusSign sign={verificationSigns[row.verification]} />
      ),
  },
  {
    id: 'attempt',
    header: 'Attempt',
    align: 'right',
    from: 'md',
    help: 'Which attempt of this lineage',
    cell: (row) => <Quantity value={row.attempt} why="not sent yet" />,
  },
];

function Table({ replay }: { replay: ReplayView }) {
  const [outcome, setOutcome] = useQueryState('outcome', parseAsStringLiteral(filters));
  const result = useInfiniteQuery(replayRecordPagesQuery(replay.id, { outcome }, !replay.terminal));
  return (
    <>
      <div className="flex items-center gap-2 py-2">
        <Select
          label="Outcome"
          labelHidden
          value={outcome ?? ''}
          onChange={(event) => void setOutcome(filters.find((each) => each === event.target.value) ?? null)}
          options={[
            { value: '', label: 'Any outcome' },
            ...filters.map((each) => ({ value: each, label: outcomeSigns[each].word })),
          ]}
        />
      </div>
      <LiveView view={toView(result)} what="records" skeleton={<SkeletonRows what="records" rows={8} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return (
            <>
              <DataTable
                label="Records of the replay"
                rows={rows}
                rowKey={(row) => String(row.ordinal)}
                rowHref={(row) =>
                  paths.deadLetterRecord(replay.cluster, row.topic, row.partition, row.offset)
                }
                columns={columns}
                empty={
                  outcome === null ? (
                    <EmptyNothing title="No records are frozen" />
                  ) : (
                    <EmptyFiltered
                      what="records"
                      total={replay.manifest?.records ?? null}
                      clear={() => void setOutcome(null)}
                    />
                  )
                }
              />
              {result.hasNextPage ? (
                <p className="flex items-center gap-3 px-2 py-3 text-muted">
                  The first {plural(rows.length, 'record')} are shown.
                  <MoreButton of={result}>Show 500 more</MoreButton>
                </p>
              ) : null}
            </>
          );
        }}
      </LiveView>
    </>
  );
}

/** Every manifest entry with where it landed and what became of it. Loaded only when it is looked at. */
export const ReplayRecords = ({ replay }: { replay: ReplayView }) => (
  <NuqsAdapter>
    <Table replay={replay} />
  </NuqsAdapter>
);
