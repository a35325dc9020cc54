'use client';
import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { decisionsQuery, type RecordQuery } from '#lib/client/decisions.ts';
import { clustersQuery } from '#lib/client/lag.ts';
import { lastRead, useView } from '#lib/client/view.ts';
import type { RecordDecisions } from '#lib/contract/decisions.ts';
import { Button } from '../ui/button.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { Select, TextField } from '../ui/field.tsx';
import { plural } from '../ui/format.ts';
import { LiveView } from '../ui/live-view.tsx';
import { Coordinate } from '../ui/quantity.tsx';
import { PageHeader, Section } from '../ui/section.tsx';
import { Decision } from './decision.tsx';

const place = {
  cluster: parseAsString,
  topic: parseAsString,
  partition: parseAsInteger,
  offset: parseAsString,
};

/** Which record is asked about; the address keeps it. */
function RecordForm({ onAsk, asked }: { asked: Partial<RecordQuery>; onAsk: (record: RecordQuery) => void }) {
  const clusters = useView(clustersQuery());
  const names = lastRead(clusters)?.items.map(({ name }) => name) ?? [];
  return (
    <form
      className="flex flex-wrap items-end gap-2 pb-6"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const text = (name: string) => String(form.get(name) ?? '').trim();
        onAsk({
          cluster: text('cluster'),
          topic: text('topic'),
          partition: Number(text('partition')),
          offset: text('offset'),
        });
      }}
    >
      <Select
        label="Cluster"
        name="cluster"
        key={names.join()}
        defaultValue={asked.cluster ?? names[0] ?? ''}
        options={names.map((name) => ({ value: name, label: name }))}
      />
      <TextField
        label="Topic"
        name="topic"
        required
        defaultValue={asked.topic ?? ''}
        className="grow sm:max-w-96"
      />
      <TextField
        label="Partition"
        name="partition"
        required
        inputMode="numeric"
        pattern="[0-9]{1,10}"
        defaultValue={asked.partition ?? ''}
        className="w-24"
      />
      <TextField
        label="Offset"
        name="offset"
        required
        inputMode="numeric"
        pattern="[0-9]{1,18}"
        defaultValue={asked.offset ?? ''}
        className="w-32"
      />
      <Button type="submit" look="primary">
        Show decisions
      </Button>
    </form>
  );
}

function Found({ found }: { found: RecordDecisions }) {
  const { record, decisions, hidden, lineageRoots } = found;
  return (
    <Section
      title={<Coordinate topic={record.topic} partition={record.partition} offset={record.offset} />}
      count={decisions.length === 0 ? undefined : plural(decisions.length, 'replay')}
      aside={<code className="[overflow-wrap:anywhere]">lineage {lineageRoots.join(', ')}</code>}
    >
      {decisions.length === 0 ? (
        <EmptyNothing title="No replay has had this record">
          It was never sent again by Sluice, and none holds it. A record is found as a dead letter, as what a
          replay sent, or as the first record of its lineage.
        </EmptyNothing>
      ) : (
        <ol>
          {decisions.map((decision) => (
            <Decision key={decision.replay.id} decision={decision} />
          ))}
        </ol>
      )}
      {hidden > 0 ? (
        <p className="px-2 py-2 text-muted">
          {plural(hidden, 'replay')} of a flow that you may not read had it too.
        </p>
      ) : null}
    </Section>
  );
}

function Answer({ record }: { record: RecordQuery }) {
  const view = useView(decisionsQuery(record));
  return (
    <LiveView view={view} what="decisions">
      {(found) => <Found found={found} />}
    </LiveView>
  );
}

function Decisions() {
  const [asked, set] = useQueryStates(place, { history: 'push' });
  const { cluster, topic, partition, offset } = asked;
  const record =
    cluster !== null && topic !== null && partition !== null && offset !== null
      ? { cluster, topic, partition, offset }
      : null;
  return (
    <>
      <PageHeader
        title="Decisions on a record"
        lead="Who asked to send it again, who approved which seal on what evidence, and what became of it. Named as a dead letter, as what a replay sent, or as the first record of its lineage."
      />
      <RecordForm key={JSON.stringify(record)} asked={record ?? {}} onAsk={(next) => void set(next)} />
      {record === null ? null : <Answer record={record} />}
    </>
  );
}

/** For those who were not there: the story of one record. */
export function DecisionsPage() {
  return (
    <NuqsAdapter>
      <Decisions />
    </NuqsAdapter>
  );
}
