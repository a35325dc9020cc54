'use client';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { clustersQuery, groupsQuery } from '#lib/client/lag.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import { groupTypes, lagStatuses } from '#lib/domain/lag/status.ts';
import { ClusterParts } from '../home/cluster-parts.tsx';
import { AsOf } from '../ui/age.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { FilterInput, Select } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { PageHeader } from '../ui/section.tsx';
import { lagSigns } from '../ui/signs.ts';
import { GroupTable } from './group-table.tsx';
import { statusSummary } from './trend.ts';

const sorts = ['status', 'name', 'lag', 'timeLag'] as const;
const filters = {
  cluster: parseAsString,
  q: parseAsString.withOptions({ throttleMs: 200 }),
  status: parseAsStringLiteral(lagStatuses),
  type: parseAsStringLiteral(groupTypes),
  sort: parseAsStringLiteral(sorts).withDefault('status'),
  order: parseAsStringLiteral(['asc', 'desc']).withDefault('asc'),
};
export type LagFilters = ReturnType<typeof useLagFilters>;
const useLagFilters = () => useQueryStates(filters, { history: 'replace' });

const statusOptions = [
  { value: '', label: 'Any status' },
  ...lagStatuses.map((status) => ({ value: status, label: lagSigns[status].word })),
];
const typeOptions = [
  { value: '', label: 'Any type' },
  ...groupTypes.map((type) => ({ value: type, label: type })),
];

function Summary({ cluster }: { cluster: string }) {
  const all = useView(groupsQuery(cluster));
  if (all.state !== 'ready' && all.state !== 'stale') return null;
  const { items } = all.data;
  const { bad, words } = statusSummary(items);
  const oldest = items.map((group) => group.asOf).sort()[0];
  return (
    <>
      {bad === 0
        ? `${plural(items.length, 'consumer group')}, none behind. `
        : `${bad} of ${plural(items.length, 'consumer group')} need a look: ${words}. `}
      {oldest ? <AsOf at={oldest} /> : null}
    </>
  );
}

function Groups({ cluster, url }: { cluster: string; url: LagFilters }) {
  const [{ q, status, type, sort, order }, set] = url;
  const view = useView(groupsQuery(cluster, { q, status, type, sort, order }));
  const filtered = Boolean(q || status || type);
  return (
    <LiveView view={view} what="consumer groups">
      {({ items, nextCursor }) => (
        <>
          <GroupTable
            groups={items}
            sort={{ by: sort, order }}
            onSort={(next) =>
              void set({ sort: sorts.find((each) => each === next.by) ?? 'status', order: next.order })
            }
            clearFilter={filtered ? () => void set({ q: null, status: null, type: null }) : null}
          />
          {nextCursor ? (
            <p className="px-2 py-3 text-muted">
              The first {plural(items.length, 'group')} are shown; there are more. Narrow the filter to reach
              them.
            </p>
          ) : null}
        </>
      )}
    </LiveView>
  );
}

function Lag() {
  const url = useLagFilters();
  const [{ cluster: chosen, q, status, type }, set] = url;
  const clusters = useView(clustersQuery());
  const known = lastRead(clusters)?.items ?? [];
  const shown = known.find((each) => each.name === chosen) ?? known[0];
  return (
    <>
      <PageHeader title="Lag" lead={shown ? <Summary cluster={shown.name} /> : undefined}>
        {shown ? (
          <ul aria-label="The cluster itself" className="flex flex-wrap items-center gap-x-5 gap-y-1">
            <ClusterParts cluster={shown} named={false} />
          </ul>
        ) : null}
      </PageHeader>
      <LiveView view={clusters} what="clusters" quiet>
        {({ items }) => {
          const cluster = items.find((each) => each.name === chosen) ?? items[0];
          if (!cluster)
            return (
              <EmptyNothing title="No cluster is configured">
                Set <code>KAFKA_BROKERS</code> or name a cluster in the configuration file, and start again.
              </EmptyNothing>
            );
          return (
            <>
              <div className="flex flex-wrap items-end gap-2 pb-3">
                {items.length > 1 ? (
                  <Select
                    label="Cluster"
                    labelHidden
                    value={cluster.name}
                    onChange={(event) => void set({ cluster: event.target.value })}
                    options={items.map((each) => ({ value: each.name, label: each.name }))}
                  />
                ) : null}
                <FilterInput
                  label="Filter groups"
                  placeholder="Group or topic"
                  className="w-full sm:w-64"
                  value={q ?? ''}
                  onChange={(text) => void set({ q: text || null })}
                />
                <Select
                  label="Status"
                  labelHidden
                  value={status ?? ''}
                  onChange={(event) =>
                    void set({ status: lagStatuses.find((each) => each === event.target.value) ?? null })
                  }
                  options={statusOptions}
                />
                <Select
                  label="Type"
                  labelHidden
                  value={type ?? ''}
                  onChange={(event) =>
                    void set({ type: groupTypes.find((each) => each === event.target.value) ?? null })
                  }
                  options={typeOptions}
                />
              </div>
              <Groups cluster={cluster.name} url={url} />
            </>
          );
        }}
      </LiveView>
    </>
  );
}

/** All consumer groups of a cluster, worst first. Filter and order are the URL. */
export const LagPage = () => (
  <NuqsAdapter>
    <Lag />
  </NuqsAdapter>
);
