import { createAPI, ProduceAcks, produceV11, Writer } from '@platformatic/kafka';

/** A partition's record batch, as `encodeBatch` wrote it. */
export type PartitionBatch = { partition: number; batch: Buffer };

const apiKey = 0;
const version = 11;

const request = (
  transactionalId: string,
  timeoutMs: number,
  topic: string,
  batches: readonly PartitionBatch[],
): Writer =>
  Writer.create()
    .appendString(transactionalId)
    .appendInt16(ProduceAcks.ALL)
    .appendInt32(timeoutMs)
    .appendArray([topic], (to, name) => {
      to.appendString(name).appendArray([...batches], (each, { partition, batch }) => {
        each
          .appendInt32(partition)
          .appendUnsignedVarInt(batch.length + 1)
          .append(batch);
      });
    })
    .appendTaggedFields();

/** Produce v11 with `acks=all`, of batches that are encoded already: the client's own call takes records, and encodes them its way. */
export const produceBatches = createAPI<Parameters<typeof request>, produceV11.ProduceResponse>(
  apiKey,
  version,
  request,
  produceV11.parseResponse,
);
