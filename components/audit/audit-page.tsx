'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { parseAsIsoDateTime, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { auditQuery } from '#lib/client/audit.ts';
import { paths } from '#lib/client/paths.ts';
import { toView } from '#lib/client/view.ts';
import { auditActions, auditOutcomes } from '#lib/domain/audit/action.ts';
import { Button } from '../ui/button.tsx';
import { FilterInput, Select, TextField } from '../ui/field.tsx';
import { formatCount } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { MoreButton } from '../ui/more-button.tsx';
import { PageHeader } from '../ui/section.tsx';
import { Anchors } from './anchors.tsx';
import { AuditTable } from './audit-table.tsx';
import { ChainState } from './chain-state.tsx';

const filters = {
  actor: parseAsString.withOptions({ throttleMs: 300 }),
  resource: parseAsString.withOptions({ throttleMs: 300 }),
  action: parseAsStringLiteral(auditActions),
  outcome: parseAsStringLiteral(auditOutcomes),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};
const actionOptions = [
  { value: '', label: 'Any action' },
  ...auditActions.map((action) => ({ value: action, label: action })),
];
const outcomeOptions = [
  { value: '', label: 'Allowed and refused' },
  { value: 'allowed', label: 'Allowed' },
  { value: 'refused', label: 'Refused' },
];

/** A `datetime-local` field speaks local time without zone. */
const toField = (date: Date | null) =>
  date === null
    ? ''
    : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
const fromField = (text: string) => (text === '' ? null : new Date(text));

function Audit() {
  const [state, set] = useQueryStates(filters, { history: 'replace' });
  const { actor, resource, action, outcome, from, to } = state;
  const result = useInfiniteQuery(
    auditQuery({
      actor,
      resource,
      action,
      outcome,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
    }),
  );
  const filtered = Object.values(state).some((value) => value !== null && value !== '');
  const clear = () =>
    void set({ actor: null, resource: null, action: null, outcome: null, from: null, to: null });
  return (
    <>
      <PageHeader
        title="Audit"
        lead={
          <>
            Every decision and every refusal, newest first. Lines can be added, never changed. Of one record:{' '}
            <Link href={paths.decisions()} className="link">
              decisions
            </Link>
            .
          </>
        }
        actions={<ChainState />}
      />
      <Anchors />
      <div className="grid grid-cols-2 items-end gap-2 pb-3 sm:flex sm:flex-wrap">
        <FilterInput
          label="Filter by resource"
          placeholder="Resource"
          className="col-span-2 sm:w-56"
          value={resource ?? ''}
          onChange={(text) => void set({ resource: text || null })}
        />
        <TextField
          label="Actor"
          labelHidden
          placeholder="Actor"
          value={actor ?? ''}
          onChange={(event) => void set({ actor: event.target.value || null })}
        />
        <Select
          label="Action"
          labelHidden
          value={action ?? ''}
          options={actionOptions}
          onChange={(event) =>
            void set({ action: auditActions.find((each) => each === event.target.value) ?? null })
          }
        />
        <Select
          label="Outcome"
          labelHidden
          value={outcome ?? ''}
          options={outcomeOptions}
          onChange={(event) =>
            void set({ outcome: auditOutcomes.find((each) => each === event.target.value) ?? null })
          }
        />
        <TextField
          label="From"
          type="datetime-local"
          value={toField(from)}
          onChange={(event) => void set({ from: fromField(event.target.value) })}
        />
        <TextField
          label="To"
          type="datetime-local"
          value={toField(to)}
          onChange={(event) => void set({ to: fromField(event.target.value) })}
        />
        {filtered ? (
          <Button look="quiet" onClick={clear}>
            Clear filter
          </Button>
        ) : null}
      </div>
      <LiveView view={toView(result)} what="the audit log">
        {({ pages }) => {
          const events = pages.flatMap((page) => page.items);
          return (
            <>
              <AuditTable events={events} clearFilter={filtered ? clear : null} />
              <div className="flex items-center gap-3 px-2 py-3 text-muted">
                {events.length === 0 ? null : `${formatCount(events.length)} lines shown`}
                {result.hasNextPage ? <MoreButton of={result}>Older lines</MoreButton> : null}
              </div>
            </>
          );
        }}
      </LiveView>
    </>
  );
}

export const AuditPage = () => (
  <NuqsAdapter>
    <Audit />
  </NuqsAdapter>
);
