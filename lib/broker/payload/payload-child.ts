import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { viewRecord } from '#lib/domain/dead-letters/record-view.ts';
import { createSchemaRegistry } from '#lib/registry/client.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import { connectCluster } from '../platformatic/connect.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { BrokerFailure } from '../port/failure.ts';
import { examineRecords } from '../sources/examine-records.ts';
import { checkRecords } from './check-records.ts';
import type { Answer, FromChild, PayloadRequest, Question, ToChild } from './protocol.ts';
import { readSchemas } from './read-schemas.ts';
import { readSource } from './read-source.ts';
import { searchRecords } from './search-records.ts';

/** Connections of this process, opened when the first message names the clusters. */
const clusters = new Map<string, ClusterConnection>();
const registries = new Map<string, SchemaRegistry>();
const say = (message: FromChild) => process.send?.(message);

function clusterOf(name: string): ClusterConnection {
  const cluster = clusters.get(name);
  if (!cluster) throw new BrokerFailure('unreachable', `No cluster is called ${name}`);
  return cluster;
}

async function read(request: PayloadRequest) {
  const record = await clusterOf(request.cluster).reader.fetchOne({
    topicId: request.topicId,
    partition: request.partition,
    offset: request.offset,
    // The one batch that holds the record: more is never looked at.
    maxBytes: 1,
    isolation: 'read_committed',
  });
  if (record === null) return null;
  const { mapping, withPayload, contract } = request;
  const masks = parseMasks(request.mask);
  const registry = registries.get(request.cluster) ?? null;
  const schemas = await readSchemas(registry, record, { masks, withPayload, contract });
  return viewRecord(record, { masks, mapping, withPayload, ...(schemas ? { schemas } : {}) });
}

async function answer(question: Question): Promise<Answer> {
  const cluster = clusterOf(question.request.cluster);
  const registry = registries.get(question.request.cluster) ?? null;
  switch (question.kind) {
    case 'read':
      return { kind: 'record', record: await read(question.request) };
    case 'readSource':
      return { kind: 'source', source: await readSource(cluster, registry, question.request) };
    case 'search':
      return { kind: 'found', found: await searchRecords(cluster, registry, question.request) };
    case 'check':
      return { kind: 'checked', answer: await checkRecords(cluster, registry, question.request) };
    case 'examine':
      return { kind: 'examined', examined: await examineRecords(cluster.reader, question.request) };
  }
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'open') {
    for (const cluster of message.clusters) {
      clusters.set(cluster.name, connectCluster(cluster));
      if (cluster.schemaRegistry) registries.set(cluster.name, createSchemaRegistry(cluster.schemaRegistry));
    }
    say({ kind: 'ready' });
    return;
  }
  const { id } = message;
  answer(message).then(
    (found) => say({ ...found, id }),
    (error: unknown) =>
      say({
        kind: 'failed',
        id,
        failure: error instanceof BrokerFailure ? error.kind : null,
        message: error instanceof Error ? error.message : String(error),
      }),
  );
});
process.on('disconnect', () => process.exit(0));
