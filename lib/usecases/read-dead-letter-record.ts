import { can } from '#lib/auth/authorize.ts';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { Config } from '#lib/config/config.ts';
import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import {
  allowedLine,
  type DeadLetterDeps,
  flowOf,
  masksOf,
  requireTopic,
  type TopicRef,
} from './dead-letter-access.ts';
import { recordRowView } from './dead-letter-views.ts';
import { declaredContract } from './declared-contract.ts';
import { readPointedRecord } from './read-pointed-record.ts';

type Deps = Omit<DeadLetterDeps, 'database' | 'config'> & {
  config: DeadLetterDeps['config'] & Pick<Config, 'file'>;
  database: Pick<Database, 'stores' | 'transact'>;
  payloads: Pick<PayloadReader, 'read' | 'readSource'>;
};
const int32Max = 2 ** 31 - 1;
const int64Max = 2n ** 63n - 1n;

/** To each side of the one that is shown. */
const sameKeyMost = 5;

export type RecordRef = TopicRef & { partition: number; offset: bigint };

/** Written before the first byte is read: a payload that nobody is on record for is not shown. */
async function auditRead(
  deps: Deps,
  principal: Principal,
  topic: TopicRow,
  of: RecordRef,
  row: DeadLetterRecordRow,
): Promise<void> {
  const place = `${of.cluster}/${of.topic}/${of.partition}/${of.offset}`;
  try {
    await deps.database.transact((stores) =>
      stores.audit.append(
        allowedLine(principal, topic, {
          action: 'dead_letters.read_payload',
          resource: `dead-letter/${place}`,
          detail: {
            partition: of.partition,
            offset: of.offset,
            // A pointer leads to another record, which is read too.
            ...(row.pointer
              ? { source: { topic: row.hopTopic, partition: row.hopPartition, offset: row.hopOffset } }
              : {}),
          },
        }),
      ),
    );
  } catch (cause) {
    throw new SluiceError(
      'audit_unavailable',
      'The payload is not shown, since this reading of it could not be written to the audit log.',
      { cause },
    );
  }
}

/** Null when the last failing consumer had read the origin itself. */
function lastHopOf(row: DeadLetterRecordRow, view: RecordView): DeadLetterRecord['lastHop'] {
  const same =
    row.hopTopic === row.originTopic &&
    row.hopPartition === row.originPartition &&
    row.hopOffset === row.originOffset;
  if (row.hopTopic === null || same) return null;
  const seen = view.lastHop ?? view.origin;
  return {
    topic: row.hopTopic,
    partition: row.hopPartition,
    offset: row.hopOffset?.toString() ?? null,
    at: seen.atMs === null ? null : new Date(seen.atMs).toISOString(),
    group: seen.group,
  };
}

/**
 * One dead letter, read from the log, masked by its flow's policy. Key and value only with the payload permission, and then audited
 * before they are read; those of a pointer come from the record that it means. @throws SluiceError not_found, forbidden, record_gone, payload_unavailable, broker_unavailable, audit_unavailable
 */
export async function readDeadLetterRecord(
  deps: Deps,
  principal: Principal,
  of: RecordRef,
): Promise<DeadLetterRecord> {
  const topic = await requireTopic(deps, principal, of);
  const { deadLetters } = deps.database.stores;
  const { clusterId, topicId } = topic;
  const possible = of.partition <= int32Max && of.offset >= 0n && of.offset <= int64Max;
  const row = possible
    ? await deadLetters.findRecord({ clusterId, topicId, partition: of.partition, offset: of.offset })
    : null;
  const place = `${of.topic}-${of.partition} at ${of.offset}`;
  if (!row)
    throw new SluiceError('not_found', `No dead letter is indexed in ${place} on cluster ${of.cluster}.`);
  const withPayload = can(principal, 'payload.read', { cluster: topic.cluster, flow: topic.flow });
  if (withPayload) await auditRead(deps, principal, topic, of, row);
  const contract = withPayload ? await declaredContract(deps.config, flowOf(deps.config, topic)) : null;
  const view = await deps.payloads.read({
    cluster: of.cluster,
    topicId: topic.topicId,
    partition: of.partition,
    offset: of.offset,
    mask: flowOf(deps.config, topic)?.mask ?? [],
    mapping:
      deps.config.deadLetters.topics.find((each) => each.cluster === of.cluster && each.topic === of.topic)
        ?.mapping ?? null,
    withPayload,
    // A pointer has no value of its own: what it points at is checked.
    contract: row.pointer ? null : contract,
  });
  if (view === null)
    throw new SluiceError(
      'record_gone',
      `${place} is no longer in the log: retention or a deletion took it.`,
    );
  const viewOf = (each: DeadLetterRecordRow) => recordRowView(each, masksOf(deps.config, topic), withPayload);
  const summary = viewOf(row);
  const pointed =
    row.pointer && withPayload
      ? await readPointedRecord(deps, principal, {
          ...{ topic, row, contract },
          writtenTopic: (view.lastHop ?? view.origin).topic ?? row.hopTopic,
        })
      : null;
  const lost = pointed?.source.state === 'unrecoverable' && summary.disposition === 'open';
  const shown = pointed?.payload ?? view.payload;
  const [replays, copies, sameKey] = await Promise.all([
    deadLetters.replaysOf(topic.clusterId, row.lineageRoot),
    deps.database.stores.deadLetterCopies.of(topic.clusterId, row),
    withPayload ? deps.database.stores.deadLetterKeys.around(row, sameKeyMost) : null,
  ]);
  return {
    ...summary,
    exceptionClass: view.exceptionClass,
    exceptionMessage: view.exceptionMessage,
    cluster: topic.cluster,
    topic: topic.topic,
    topicId: topic.topicId,
    flow: topic.flow,
    verdict: row.verdict,
    contentHash: view.contentHash,
    lineageRoot: row.lineageRoot,
    disposition: lost ? 'unrecoverable' : summary.disposition,
    key: shown?.key ?? null,
    value: shown?.value ?? null,
    payloadDenied: !withPayload,
    sameKey: sameKey && {
      later: sameKey.later.map(viewOf),
      earlier: sameKey.earlier.map(viewOf),
      count: sameKey.count,
    },
    contract: row.pointer ? (pointed?.contract ?? null) : view.contract,
    headers: view.headers,
    headersOmitted: view.headersOmitted,
    stacktrace: view.stacktrace,
    topFrame: view.topFrame,
    exceptionChain: view.exceptionChain,
    origin: { ...summary.origin, provenance: row.originProvenance },
    lastHop: lastHopOf(row, view),
    rehydrated: row.pointer ? pointed?.payload != null : null,
    source: pointed?.source ?? null,
    copies: copies.map((copy) => ({
      ...copy,
      offset: copy.offset?.toString() ?? null,
      at: copy.at.toISOString(),
    })),
    replays: replays.map(({ id, state, at }) => ({ id, state, at: at.toISOString() })),
    asOf: deps.clock().toISOString(),
  };
}
