import { BrokerFailure } from '../port/failure.ts';
import type { Landed, OutgoingBatch, OutgoingRecord, WriterSession } from '../port/writer.ts';
import { inWaves } from './send-waves.ts';
import type { TransactionWire } from './transaction-wire.ts';

const maxSequence = 2 ** 31 - 1;

/**
 * A session over calls that each are made once: sequence numbers, the order of the calls in a transaction, and that nothing is written
 * after a first failure (WriterSession).
 */
export function createWriterSession(wire: TransactionWire): WriterSession {
  const sequences = new Map<string, number>();
  const lastOffsets = new Map<string, bigint>();
  let dead = false;

  const takeSequences = (topic: string, counts: ReadonlyMap<number, number>): Map<string, number> => {
    const first = new Map<string, number>();
    for (const [partition, count] of counts) {
      const name = `${topic}:${partition}`;
      const sequence = sequences.get(name) ?? 0;
      if (sequence + count > maxSequence)
        throw new BrokerFailure(
          'rejected',
          `The sequence numbers of ${name} are used up: open a new session.`,
        );
      first.set(name, sequence);
      sequences.set(name, sequence + count);
    }
    return first;
  };

  async function produce(topic: string, records: readonly OutgoingRecord[]): Promise<Landed> {
    const counts = new Map<number, number>();
    for (const record of records) counts.set(record.partition, (counts.get(record.partition) ?? 0) + 1);
    const baseOffsets = await wire.produce(topic, records, takeSequences(topic, counts));
    return place(topic, records, baseOffsets, lastOffsets);
  }

  async function send({
    topic,
    records,
    maxBatchBytes = Number.POSITIVE_INFINITY,
  }: OutgoingBatch): Promise<Landed> {
    if (records.length === 0) return [];
    await wire.addPartitions(topic, [...new Set(records.map((record) => record.partition))]);
    const landed: { partition: number; offset: bigint }[] = [];
    for (const wave of inWaves(records, maxBatchBytes)) {
      const places = await produce(
        topic,
        wave.map(({ record }) => record),
      );
      for (const [at, { index }] of wave.entries()) {
        const place = places[at];
        if (place) landed[index] = place;
      }
    }
    return landed;
  }

  async function writeBatch(batch: Parameters<WriterSession['writeBatch']>[0]): Promise<Landed> {
    if (dead) throw new BrokerFailure('rejected', 'This writer session has failed before: open another.');
    dead = true;
    const landed = await send(batch);
    const also = batch.also ? await send(batch.also) : [];
    batch.onStage?.('records_sent');
    await wire.addOffsets(batch.cursor.groupId);
    await wire.commitOffset(batch.cursor);
    batch.onStage?.('before_commit');
    await wire.endTransaction(true);
    batch.onStage?.('after_commit');
    dead = false;
    return [...landed, ...also];
  }

  return { writeBatch, close: () => wire.close() };
}

/**
 * Base offsets into one landing a record. A base offset that does not grow means that the broker took the batch for a
 * duplicate and dropped it (facts.md): that is an error here, not a success.
 */
function place(
  topic: string,
  records: readonly OutgoingRecord[],
  baseOffsets: ReadonlyMap<number, bigint>,
  lastOffsets: Map<string, bigint>,
): Landed {
  const next = new Map<number, bigint>();
  for (const record of records) {
    if (next.has(record.partition)) continue;
    const base = baseOffsets.get(record.partition);
    const last = lastOffsets.get(`${topic}:${record.partition}`) ?? -1n;
    if (base === undefined || base <= last)
      throw new BrokerFailure(
        'rejected',
        `The broker answered base offset ${base ?? 'none'} for ${topic}-${record.partition}, not past ${last}: the write is not proven.`,
      );
    next.set(record.partition, base);
  }
  const landed = records.map(({ partition }) => {
    const offset = next.get(partition) ?? 0n;
    next.set(partition, offset + 1n);
    return { partition, offset };
  });
  for (const [partition, offset] of next) lastOffsets.set(`${topic}:${partition}`, offset - 1n);
  return landed;
}
