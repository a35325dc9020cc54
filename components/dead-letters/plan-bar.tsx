'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import { readChosen } from '#lib/client/chosen-records.ts';
import type { LetterVerb } from '#lib/client/dead-letter-acts.ts';
import { paths } from '#lib/client/paths.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { filterLimits } from '#lib/domain/dead-letters/filter/limits.ts';
import { narrowFilter } from '#lib/domain/dead-letters/filter/narrow.ts';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { PreserveButton } from './preserve-button.tsx';
import { recordsOf, type TopicUrl } from './use-topic-url.ts';

const DecideDialog = lazy(() =>
  import('./decide-dialog.tsx').then((module) => ({ default: module.DecideDialog })),
);

type Range = { from: string | null; to: string | null };

/** What is chosen, as the API takes it: the rows, else what the filter leaves, else the failure group; null = nothing, or too many rows. */
function selectionOf(
  { text, tooMany }: ReturnType<typeof recordsOf>,
  narrowed: string | null,
  group: FailureGroup | null,
  { from, to }: Range,
): SelectionInput | null {
  if (tooMany) return null;
  if (text !== null) return { records: readChosen(text) };
  const range = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
  if (narrowed !== null) return { filter: narrowed, ...range };
  return group === null ? null : { fingerprint: group.fingerprint, ...range };
}

/** Why nothing can be done with what the filter finds; null when it can. */
const filterReason = (filter: string, words: string | null): string | null => {
  if (words)
    return 'The words beside the filter are no part of it: ask for them by .contains("…"), or clear them.';
  if (filter.length > filterLimits.length)
    return 'With the failure group the filter is too long: choose all failures, or ask for less.';
  return null;
};

/** What can be done with what is chosen: the rows, else what the filter leaves, else the failure group. Always in reach at the foot of the list. */
export function PlanBar({
  cluster,
  topic,
  group,
  open,
  selected,
  url,
}: {
  cluster: string;
  topic: string;
  group: FailureGroup | null;
  /** Of the failure group, or of all, as far as filter and time leave them; null while that is not known. */
  open: number | null;
  selected: ReadonlySet<string>;
  url: TopicUrl;
}) {
  const [{ from, to, filter, fingerprint, disposition, q }, set] = url;
  const router = useRouter();
  const me = useQuery(meQuery());
  const [deciding, setDeciding] = useState<{ verb: LetterVerb; selection: SelectionInput } | null>(null);
  const records = recordsOf(selected);
  const { text, tooMany } = records;
  const ranged = from !== null || to !== null;
  const byFilter = filter !== null && selected.size === 0;
  const narrowed = byFilter ? narrowFilter(filter, { fingerprint, disposition }) : null;
  const nothing =
    narrowed !== null
      ? filterReason(narrowed, q)
      : selected.size === 0 && group === null
        ? 'Choose a failure group, or rows with x or their boxes.'
        : tooMany
          ? 'So many rows don’t fit one request: take the whole failure group, or narrow the time.'
          : null;
  const nothingToPlan =
    nothing ??
    (selected.size > 0 || open === null || open > 0
      ? null
      : narrowed !== null
        ? 'Nothing that the filter finds is open.'
        : `Nothing in this failure group is open${ranged ? ' in this time' : ''}.`);
  const openText = open === null ? 'Open records' : plural(open, 'open record');
  const inTime = ranged ? ', within the time' : '';
  const selection = selectionOf(records, narrowed, group, { from, to });
  const verb = disposition === 'dismissed' ? 'reopen' : 'dismiss';
  const source =
    narrowed !== null
      ? { filter: narrowed }
      : text !== null
        ? { records: text }
        : group
          ? { fingerprint: group.fingerprint }
          : {};
  const plan = () =>
    router.push(
      paths.newReplay({
        cluster,
        topic,
        ...source,
        ...(text === null && from ? { from } : {}),
        ...(text === null && to ? { to } : {}),
      }),
    );
  return (
    <section
      aria-label="Act on what is chosen"
      className="sticky bottom-0 z-20 -mx-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line-strong bg-surface px-4 py-2 xl:mx-0"
    >
      <p className="text-muted" aria-live="polite">
        {selected.size > 0 ? (
          <>
            <strong className="font-semibold text-ink">{plural(selected.size, 'record')} chosen</strong>
            {verb === 'reopen'
              ? '. Only dismissed ones are reopened.'
              : '. Only open ones and those that came back are taken.'}
          </>
        ) : byFilter ? (
          <>
            <strong className="font-semibold text-ink">{openText}</strong> by this filter
            {group ? ' in this failure group' : ''}
            {inTime}
          </>
        ) : group ? (
          <>
            <strong className="font-semibold text-ink">{openText}</strong> in this failure group
            {inTime}
          </>
        ) : (
          'Choose a failure group, or rows.'
        )}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {selected.size > 0 ? (
          <Button look="quiet" onClick={() => void set({ records: null })}>
            Clear choice
          </Button>
        ) : null}
        <Button
          disabledReason={deniedReason(me.data, 'dead_letters.triage') ?? nothing}
          onClick={() => selection && setDeciding({ verb, selection })}
        >
          {verb === 'reopen' ? 'Reopen…' : 'Dismiss…'}
        </Button>
        <PreserveButton
          place={{ cluster, topic }}
          selection={selection ?? { all: true }}
          reason={selection === null ? (nothing ?? nothingToPlan) : nothingToPlan}
        />
        <Button
          look="primary"
          disabledReason={nothingToPlan ?? deniedReason(me.data, 'replay.draft')}
          onClick={plan}
        >
          {selected.size > 0
            ? `Plan replay of ${plural(selected.size, 'record')}`
            : byFilter
              ? 'Plan replay of this filter'
              : group
                ? `Plan replay of this failure group`
                : 'Plan replay'}
        </Button>
      </div>
      {deciding === null ? null : (
        <Suspense>
          <DecideDialog
            place={{ cluster, topic }}
            {...deciding}
            onClose={() => setDeciding(null)}
            onDone={() => {
              setDeciding(null);
              void set({ records: null });
            }}
          />
        </Suspense>
      )}
    </section>
  );
}
