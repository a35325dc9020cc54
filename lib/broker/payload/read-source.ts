import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { judgeSource, type SourceFacts } from '#lib/domain/dead-letters/pointer.ts';
import { viewRecord } from '#lib/domain/dead-letters/record-view.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { BrokerFailure } from '../port/failure.ts';
import { unreadableAt } from '../port/reader.ts';
import type { SourceRequest, SourceView } from './protocol.ts';
import { readSchemas } from './read-schemas.ts';

const nothing: SourceFacts = {
  topic: null,
  record: null,
  unreadable: null,
  logStart: null,
  lastStable: null,
  highWatermark: null,
};

const isOutOfRange = (error: unknown) =>
  error instanceof BrokerFailure && error.kind === 'offset_out_of_range';

/** Asks by the id that the name has now, so that a topic which is recreated meanwhile can't answer for it. */
async function factsOf(
  { admin, reader, groups }: Pick<ClusterConnection, 'admin' | 'reader' | 'groups'>,
  { topic, partition, offset }: SourceRequest,
): Promise<SourceFacts> {
  const [info] = await admin.describeTopics([topic]);
  if (!info) return nothing;
  const found = { ...nothing, topic: { topicId: info.topicId, partitions: info.partitions.length } };
  if (partition >= info.partitions.length) return found;
  const ends = async () => {
    const at = [{ topic, partition }];
    const [[start], [end]] = await Promise.all([
      groups.listOffsets(at, 'earliest'),
      groups.listOffsets(at, 'high_watermark'),
    ]);
    return { ...found, logStart: start?.offset ?? null, highWatermark: end?.offset ?? null };
  };
  const answer = await reader
    .fetch({ topicId: info.topicId, partition, offset, maxBytes: 1, isolation: 'read_committed' })
    .catch((error: unknown) => {
      if (isOutOfRange(error)) return null;
      throw error;
    });
  if (answer === null) return ends();
  const { logStart, lastStable, highWatermark } = answer;
  const damaged = unreadableAt(answer, offset);
  return {
    ...found,
    ...{ logStart, lastStable, highWatermark },
    record: answer.records.find((record) => record.offset === offset) ?? null,
    unreadable: damaged?.reason ?? null,
  };
}

/** The record that a pointer means, as it may be shown, or why there is none. @throws BrokerFailure */
export async function readSource(
  cluster: Pick<ClusterConnection, 'admin' | 'reader' | 'groups'>,
  registry: SchemaRegistry | null,
  request: SourceRequest,
): Promise<SourceView> {
  const facts = await factsOf(cluster, request);
  const { logStart } = facts;
  const judged = judgeSource(request, facts);
  if (judged.state !== 'read') return { ...judged, logStart };
  const { record } = judged;
  const masks = parseMasks(request.mask);
  const shown = { masks, mapping: null, withPayload: true };
  const schemas = await readSchemas(registry, record, { ...shown, contract: request.contract });
  const view = viewRecord(record, { ...shown, ...(schemas ? { schemas } : {}) });
  return { state: 'read', record: view, atMs: record.timestampMs, logStart };
}
