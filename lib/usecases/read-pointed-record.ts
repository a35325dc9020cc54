import { can } from '#lib/auth/authorize.ts';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { SourceView } from '#lib/broker/payload/protocol.ts';
import type { Config } from '#lib/config/config.ts';
import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Flow } from '#lib/domain/flows/flow.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { DeclaredContract } from '#lib/domain/schemas/contract.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { flowOf } from './dead-letter-access.ts';

type Deps = { config: Pick<Config, 'flows'>; payloads: Pick<PayloadReader, 'readSource'> };
type Pointed = {
  source: NonNullable<DeadLetterRecord['source']>;
  /** Of the source; null when it was not read. */
  payload: { key: DeadLetterRecord['key']; value: DeadLetterRecord['value'] } | null;
  contract: DeadLetterRecord['contract'];
};

const unread: DeadLetterRecord['contract'] = {
  ...{ state: 'unknown', contract: null, path: null, expected: null, found: null },
  why: 'The value was not read, since its source is not shown.',
};
const provenance = 'fetched from the source offset';

/** Every flow that the topic is a part of. */
export const flowsOf = (config: Pick<Config, 'flows'>, cluster: string, topic: string): Flow[] =>
  config.flows.filter(
    (flow) =>
      flow.cluster === cluster &&
      [flow.topic, ...flow.retryTopics, flow.deadLetters, flow.quarantine].some((each) => each === topic),
  );

/**
 * Why the principal may not see a record of that topic, or null. Anybody who can write to a dead-letter topic can write a pointer to any
 * record: so the permission is asked for where it points to.
 */
export function refusalOf(
  principal: Principal,
  cluster: string,
  topic: string,
  flows: readonly Flow[],
): string | null {
  if (topic.startsWith('__')) return `It points at ${topic}, an internal topic, which Sluice does not show.`;
  const scopes = flows.length === 0 ? [null] : flows.map((flow) => flow.name);
  const missing = scopes.filter((flow) => !can(principal, 'payload.read', { cluster, flow }));
  if (missing.length === 0) return null;
  const where = missing[0] === null ? 'no flow declares' : `belongs to ${missing.join(', ')}`;
  return `It points at ${topic}, which ${where}: you may not see payloads there. An admin can grant payload.read.`;
}

const isOut = (error: unknown): error is SluiceError =>
  error instanceof SluiceError &&
  (error.code === 'broker_unavailable' ||
    error.code === 'payload_unavailable' ||
    error.code === 'record_gone');

/**
 * The record that a share group's dead letter points at: its key, value and headers, masked by the flows of both topics, or in plain words
 * why it can't be shown. The caller has checked the permission on the dead letter and written the audit.
 * @param written what the pointer itself says: the topic as it was written (perhaps an id), and when
 */
export async function readPointedRecord(
  deps: Deps,
  principal: Principal,
  from: {
    topic: TopicRow;
    row: DeadLetterRecordRow;
    writtenTopic: string | null;
    contract: DeclaredContract | null;
  },
): Promise<Pointed> {
  const { row, writtenTopic, contract } = from;
  const { cluster } = from.topic;
  const [topic, partition, offset] = [row.hopTopic, row.hopPartition, row.hopOffset];
  const place = { topic, partition, offset: offset?.toString() ?? null };
  const without = (
    state: 'unrecoverable' | 'unreadable' | 'denied',
    detail: string,
    logStart: bigint | null = null,
  ): Pointed => ({
    source: {
      ...place,
      ...{ state, detail, logStart: logStart?.toString() ?? null, provenance: null },
      ...{ at: null, contentHash: null, headers: [], headersOmitted: 0 },
    },
    payload: null,
    contract: unread,
  });
  if (topic === null || partition === null || offset === null)
    return without('unrecoverable', 'Its headers name no complete source, and it has no payload of its own.');
  const flows = flowsOf(deps.config, cluster, topic);
  const refusal = refusalOf(principal, cluster, topic, flows);
  if (refusal !== null) return without('denied', refusal);
  const masks = [flowOf(deps.config, from.topic), ...flows].flatMap((flow) => flow?.mask ?? []);
  let found: SourceView;
  try {
    found = await deps.payloads.readSource({
      ...{ cluster, topic, partition, offset },
      topicIdText: writtenTopic === topic ? null : writtenTopic,
      notAfterMs: row.at.getTime(),
      mask: [...new Set(masks)],
      contract,
    });
  } catch (error) {
    if (!isOut(error)) throw error;
    return without('unreadable', `The source can't be read now: ${error.message}`);
  }
  if (found.state !== 'read') return without(found.state, found.detail, found.logStart);
  const { record, atMs, logStart } = found;
  return {
    source: {
      ...place,
      ...{
        state: 'read',
        detail: `It was ${provenance}.`,
        provenance,
        logStart: logStart?.toString() ?? null,
      },
      ...{ at: atMs === null ? null : new Date(atMs).toISOString(), contentHash: record.contentHash },
      ...{ headers: record.headers, headersOmitted: record.headersOmitted },
    },
    payload: record.payload,
    contract: record.contract,
  };
}
