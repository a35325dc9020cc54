'use client';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { chosenText } from '#lib/client/chosen-records.ts';
import { consoleConsumerText, kcatText } from '#lib/client/copy-as.ts';
import { deadLetterRecordQuery } from '#lib/client/dead-letters.ts';
import { paths } from '#lib/client/paths.ts';
import { deniedReason } from '#lib/client/permission.ts';
import { meQuery } from '#lib/client/session.ts';
import { useView } from '#lib/client/view.ts';
import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import { replayableDispositions } from '#lib/domain/dead-letters/disposition.ts';
import { FlowLinks } from '../flows/flow-links.tsx';
import { Age } from '../ui/age.tsx';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyNothing } from '../ui/empty.tsx';
import { formatBytes } from '../ui/format.ts';
import { Link } from '../ui/link.tsx';
import { LiveView } from '../ui/live-view.tsx';
import { PageHeader, Section } from '../ui/section.tsx';
import { Sign } from '../ui/sign.tsx';
import { dispositionSigns } from '../ui/signs.ts';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { StatusSign } from '../ui/status-sign.tsx';
import { Beside } from './beside.tsx';
import { Contract } from './contract.tsx';
import { Failure } from './failure.tsx';
import { HeadersTable } from './headers-table.tsx';
import { Lineage } from './lineage.tsx';
import { Neighbours } from './neighbours.tsx';
import { Payload } from './payload.tsx';
import { PointedAt } from './pointed-at.tsx';
import { SameKey } from './same-key.tsx';
import { visibleText } from './visible-text.ts';

function PlanOne({ record }: { record: DeadLetterRecord }) {
  const router = useRouter();
  const me = useQuery(meQuery());
  const replayable = (replayableDispositions as readonly string[]).includes(record.disposition);
  const reason = record.pointer
    ? 'It is a pointer without a value, and a replay sends what stands in the dead-letter topic: that would be nothing.'
    : `It is ${dispositionSigns[record.disposition].word}. Only open records and those that came back are taken.`;
  return (
    <Button
      look="primary"
      disabledReason={replayable && !record.pointer ? deniedReason(me.data, 'replay.draft') : reason}
      onClick={() =>
        router.push(
          paths.newReplay({ cluster: record.cluster, topic: record.topic, records: chosenText([record]) }),
        )
      }
    >
      Plan replay of this record
    </Button>
  );
}

function Denied() {
  const me = useQuery(meQuery());
  return (
    <p className="flex items-baseline gap-2 px-2 py-3 text-muted">
      <Sign shape="slash" tone="warn" className="translate-y-0.5" />
      <span>
        <span className="font-medium text-ink">You may not see payloads.</span>{' '}
        {deniedReason(me.data, 'payload.read') ??
          'Your role holds payload.read, but not for this cluster and flow; an admin can grant it.'}
      </span>
    </p>
  );
}

function Body({ record }: { record: DeadLetterRecord }) {
  if (record.payloadDenied) return <Denied />;
  const { source } = record;
  return (
    <div className="flex flex-col gap-3 px-2 py-2">
      {source === null ? null : <PointedAt source={source} />}
      {source !== null && source.state !== 'read' ? null : record.value === null ? (
        <p className="text-muted">The value was not read: the record may have left the topic.</p>
      ) : (
        <Payload payload={record.value} name="value" />
      )}
    </div>
  );
}

/** For the places in the declared addresses: where it failed, and where it lies now. */
const linkValues = ({ topic, partition, offset, origin }: DeadLetterRecord) => ({
  ...{ deadLetterTopic: topic, deadLetterPartition: partition, deadLetterOffset: offset },
  ...{ originTopic: origin.topic, originPartition: origin.partition, originOffset: origin.offset },
  group: origin.group,
});

const keyLine = 200;

function Key({ record }: { record: DeadLetterRecord }) {
  const { key } = record;
  if (record.rehydrated === false && !record.payloadDenied)
    return <p className="px-2 py-2 text-muted">It would be that of the source, which is not shown.</p>;
  if (key === null || key.encoding === 'null')
    return <p className="px-2 py-2 text-muted">{record.payloadDenied ? 'Not shown to you.' : 'No key.'}</p>;
  const { data } = key;
  return data !== null && key.encoding === 'text' && data.length < keyLine && !data.includes('\n') ? (
    <p className="flex items-baseline gap-2 px-2 py-2">
      <code className="[overflow-wrap:anywhere]">{visibleText(data)}</code>
      <CopyButton text={data} label="key" />
      <span className="text-xs text-muted">text, {formatBytes(key.bytes)}</span>
    </p>
  ) : (
    <div className="px-2 py-1">
      <Payload payload={key} name="key" />
    </div>
  );
}

const CopyCommand = ({ text, as }: { text: string; as: string }) => (
  <CopyButton text={text} label={`as ${as} command`} className="h-6 border border-line px-2">
    Copy as {as}
  </CopyButton>
);

function RecordView({ record, fingerprint }: { record: DeadLetterRecord; fingerprint: string | null }) {
  const group = fingerprint ?? record.fingerprint;
  return (
    <>
      <PageHeader
        crumbs={
          <>
            <Link href={paths.deadLetters()} className="link">
              Dead letters
            </Link>
            {' · '}
            <Link
              href={paths.deadLetterTopic(record.cluster, record.topic, { fingerprint: group })}
              className="link"
            >
              {record.topic}
            </Link>
            {' · '}
            {record.cluster}
            <FlowLinks flow={record.flow} values={linkValues(record)} />
          </>
        }
        title={
          <span className="flex flex-wrap items-center gap-x-3">
            {record.topic}-{record.partition} @ {record.offset}
            <StatusSign sign={dispositionSigns[record.disposition]} className="text-sm font-normal" />
          </span>
        }
        lead={
          <>
            arrived <Age at={record.at} />
            {record.keyText === null ? '' : ', key '}
            {record.keyText === null ? null : <code>{visibleText(record.keyText)}</code>}
          </>
        }
        actions={
          <>
            <Neighbours cluster={record.cluster} topic={record.topic} record={record} fingerprint={group} />
            <CopyCommand text={kcatText(record)} as="kcat" />
            <CopyCommand text={consoleConsumerText(record)} as="console-consumer" />
            <PlanOne record={record} />
          </>
        }
      />
      <div className="grid grid-cols-1 gap-x-6 gap-y-6 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-6">
          <Failure record={record} />
          <Lineage record={record} />
          <Beside
            key={`${record.topic} ${record.partition} ${record.offset}`}
            place={record}
            disabledReason={
              record.payloadDenied ? 'You may not see payloads here. An admin can grant payload.read.' : null
            }
          />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <Section title="Value">
            {record.contract === null ? null : <Contract check={record.contract} />}
            <Body record={record} />
          </Section>
          <Section title="Key">
            <Key record={record} />
            <SameKey record={record} />
          </Section>
          {record.source?.state === 'read' ? (
            <HeadersTable
              title="Headers of the source"
              headers={record.source.headers}
              omitted={record.source.headersOmitted}
            />
          ) : null}
          <HeadersTable headers={record.headers} omitted={record.headersOmitted} />
        </div>
      </div>
    </>
  );
}

/** It was here: the index knows it, the log no longer has it. */
const Gone = ({
  cluster,
  topic,
  place,
  detail,
}: {
  cluster: string;
  topic: string;
  place: string;
  detail: string;
}) => (
  <>
    <PageHeader title={place} />
    <EmptyNothing title="This record has left the topic">
      {detail} What was decided about it is in the audit.{' '}
      <Link href={paths.deadLetterTopic(cluster, topic)} className="link">
        Back to {topic}
      </Link>
    </EmptyNothing>
  </>
);

/** One dead letter: what failed, where it came from, what is in it. */
export function DeadLetterRecordPage({
  cluster,
  topic,
  partition,
  offset,
  fingerprint,
}: {
  cluster: string;
  topic: string;
  partition: number;
  offset: string;
  /** The failure group that the reader came from; next and previous go through it. */
  fingerprint: string | null;
}) {
  const view = useView(deadLetterRecordQuery(cluster, topic, partition, offset));
  if (view.state === 'failed' && view.problem.code === 'record_gone')
    return (
      <Gone
        cluster={cluster}
        topic={topic}
        place={`${topic}-${partition} @ ${offset}`}
        detail={view.problem.detail}
      />
    );
  return (
    <NuqsAdapter>
      <LiveView
        page={`${topic}-${partition} @ ${offset}`}
        view={view}
        what="dead letter"
        skeleton={<SkeletonRows what="the dead letter" rows={14} />}
      >
        {(record) => <RecordView record={record} fingerprint={fingerprint} />}
      </LiveView>
    </NuqsAdapter>
  );
}
