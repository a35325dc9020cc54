import { authorize } from '#lib/auth/authorize.ts';
import type { PayloadReader } from '#lib/broker/payload/payload-reader.ts';
import type { Config } from '#lib/config/config.ts';
import type { RecordComparison } from '#lib/contract/compare-record.ts';
import type { DeadLetterRecord } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { compareHeaders, compareValues } from '#lib/domain/dead-letters/compare-records.ts';
import { isFailureHeader } from '#lib/domain/dead-letters/failure-headers.ts';
import { nearOffsets } from '#lib/domain/dead-letters/near-offsets.ts';
import type { PayloadView } from '#lib/domain/dead-letters/payload-view.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database } from '#lib/store/database.ts';
import { allowedLine, type DeadLetterDeps, flowOf, requireTopic } from './dead-letter-access.ts';
import { type RecordRef, readDeadLetterRecord } from './read-dead-letter-record.ts';
import { flowsOf, refusalOf } from './read-pointed-record.ts';

type Deps = Omit<DeadLetterDeps, 'database' | 'config'> & {
  config: DeadLetterDeps['config'] & Pick<Config, 'file'>;
  database: Pick<Database, 'stores' | 'transact'>;
  payloads: Pick<PayloadReader, 'read' | 'readSource'>;
};
type Source = { topic: string; partition: number; offset: bigint };
type Found = { offset: bigint; record: RecordView; atMs: number | null };

/** How far away a neighbour may stand, and how many are tried (some are markers, or gone). */
const withinOffsets = 50n;
const triesMax = 8;

/** What the failing consumer had read. */
function sourceOf(record: DeadLetterRecord): Source | null {
  const { topic, partition, offset } = record.lastHop ?? record.origin;
  return topic === null || partition === null || offset === null
    ? null
    : { topic, partition, offset: BigInt(offset) };
}

/** A neighbour is another record: that it was read is a line of its own, before it is. @throws SluiceError audit_unavailable */
async function auditSource(
  deps: Deps,
  principal: Principal,
  topic: Parameters<typeof allowedLine>[1],
  of: RecordRef,
  source: Source,
): Promise<void> {
  try {
    await deps.database.transact((stores) =>
      stores.audit.append(
        allowedLine(principal, topic, {
          action: 'dead_letters.read_payload',
          resource: `dead-letter/${of.cluster}/${of.topic}/${of.partition}/${of.offset}`,
          detail: { beside: { ...source, offset: source.offset.toString() }, within: Number(withinOffsets) },
        }),
      ),
    );
  } catch (cause) {
    throw new SluiceError(
      'audit_unavailable',
      'No other record is read, since that could not be written to the audit log.',
      { cause },
    );
  }
}

async function firstReadable(
  deps: Deps,
  cluster: string,
  source: Source,
  offsets: readonly bigint[],
  limits: { mask: readonly string[]; notAfterMs: number },
): Promise<Found | null> {
  for (const offset of offsets.slice(0, triesMax)) {
    const { topic, partition } = source;
    const found = await deps.payloads.readSource({
      ...{ cluster, topic, partition, offset },
      ...{ topicIdText: null, contract: null, ...limits },
    });
    if (found.state === 'read') return { offset, record: found.record, atMs: found.atMs };
  }
  return null;
}

const keyText = (key: PayloadView | DeadLetterRecord['key']) =>
  key === null || key.data === null || key.truncated || key.masked.length > 0 ? null : key.data;

function sameKey(failing: DeadLetterRecord, other: RecordView): boolean | null {
  const [a, b] = [keyText(failing.key), keyText(other.payload?.key ?? null)];
  return a === null || b === null || b.includes('[masked]') ? null : a === b;
}

/**
 * The dead letter beside the nearest record of its source partition that its consumer group has gone past and of which no dead letter is known, both masked by
 * the flows of both topics. That it was gone past is all that is known of it: a retry topic may still hold it.
 * @throws SluiceError as reading the dead letter does; `forbidden` without the payload permission
 */
export async function compareRecord(
  deps: Deps,
  principal: Principal,
  of: RecordRef,
): Promise<RecordComparison> {
  const topic = await requireTopic(deps, principal, of);
  authorize(principal, 'payload.read', { cluster: topic.cluster, flow: topic.flow });
  const failing = await readDeadLetterRecord(deps, principal, of);
  const asOf = deps.clock().toISOString();
  const without = (state: 'none' | 'unknown' | 'denied', detail: string, group: string | null = null) =>
    ({ state, detail, group, other: null, headers: null, fields: null, asOf }) as const;
  const source = sourceOf(failing);
  if (source === null)
    return without('unknown', 'Its headers name no complete source, so nothing stands beside it.');
  const flows = flowsOf(deps.config, of.cluster, source.topic);
  const refusal = refusalOf(principal, of.cluster, source.topic, flows);
  if (refusal !== null) return without('denied', refusal);

  const declared = flows.filter((flow) => flow.topic === source.topic).flatMap((flow) => flow.groups ?? []);
  const group =
    failing.lastHop?.group ?? failing.origin.group ?? (declared.length === 1 ? declared[0]?.id : null);
  if (!group)
    return without(
      'unknown',
      `Neither its headers nor one flow tell which consumer group read ${source.topic}.`,
    );
  const snapshot = await deps.database.stores.lag.readGroup(of.cluster, group);
  const committed = snapshot?.partitions.find(
    (each) => each.topic === source.topic && each.partition === source.partition,
  )?.committed;
  if (committed === undefined || committed === null)
    return without(
      'unknown',
      `How far ${group} has come in ${source.topic}-${source.partition} is not known, so which records it has gone past is not either.`,
      group,
    );
  const failed = await deps.database.stores.deadLetterSources.failedOffsets(
    topic.clusterId,
    source,
    source.offset - withinOffsets,
    source.offset + withinOffsets,
  );
  const near = nearOffsets(source.offset, {
    committed: BigInt(committed),
    failedToo: new Set(failed),
    within: withinOffsets,
  });
  await auditSource(deps, principal, topic, of, source);
  const masks = [flowOf(deps.config, topic), ...flows].flatMap((flow) => flow?.mask ?? []);
  const found = await firstReadable(deps, of.cluster, source, near, {
    mask: [...new Set(masks)],
    notAfterMs: Date.parse(failing.at),
  });
  if (found === null || found.record.payload === null)
    return without(
      'none',
      `Within ${withinOffsets} offsets of ${source.topic}-${source.partition} at ${source.offset} stands no record that ${group} has gone past, that has no dead letter, and that can be read.`,
      group,
    );
  const mapping =
    deps.config.deadLetters.topics.find((each) => each.cluster === of.cluster && each.topic === of.topic)
      ?.mapping ?? null;
  const { value } = failing;
  return {
    state: 'found',
    detail: `${group} has gone past it, and no dead letter of it is indexed. That it succeeded is not known: a retry topic may still hold it.`,
    group,
    other: {
      ...{ topic: source.topic, partition: source.partition, offset: found.offset.toString() },
      at: found.atMs === null ? null : new Date(found.atMs).toISOString(),
      sameKey: sameKey(failing, found.record),
    },
    headers: compareHeaders(
      failing.source?.headers ?? failing.headers,
      found.record.headers,
      (name) => failing.source === null && isFailureHeader(name, failing.convention, mapping),
    ),
    fields: value === null ? null : compareValues(value, found.record.payload.value),
    asOf,
  };
}
