import { createAPI, fetchV17, type Reader, ResponseError } from '@platformatic/kafka';
import type { AbortedTransaction } from './record-batch.ts';

/** One partition's part of a Fetch answer; `log` is the broker's bytes, not decoded yet. */
export type RawFetchAnswer = {
  highWatermark: bigint;
  lastStable: bigint;
  logStart: bigint;
  aborted: AbortedTransaction[];
  log: Buffer;
};

const apiKey = 1;
const version = 17;
const none = 0;

/**
 * Reads the answer to a Fetch of a single partition. The client's own parser expands every batch whatever its size, which lets a few
 * hundred kilobytes of a dead letter take the process down; so the bytes are kept and decoded under a limit (record-batch.ts).
 */
function parseAnswer(
  _correlationId: number,
  _apiKey: number,
  _version: number,
  reader: Reader,
): RawFetchAnswer {
  reader.readInt32(); // throttle time
  const errorCode = reader.readInt16();
  reader.readInt32(); // session id
  const partitions = reader
    .readArray((topic) => {
      topic.readUUID();
      return topic.readArray(readPartition, true, false);
    })
    .flat();
  reader.readTaggedFields();
  const partition = partitions[0];
  const failed = errorCode !== none ? errorCode : (partition?.errorCode ?? none);
  if (failed !== none || !partition)
    throw new ResponseError(apiKey, version, { '': [failed, null] }, { errorCode: failed });
  return partition;
}

function readPartition(reader: Reader): RawFetchAnswer & { errorCode: number } {
  reader.readInt32(); // partition index
  const errorCode = reader.readInt16();
  const highWatermark = reader.readInt64();
  const lastStable = reader.readInt64();
  const logStart = reader.readInt64();
  const aborted =
    reader.readNullableArray((each) => ({
      producerId: each.readInt64(),
      firstOffset: each.readInt64(),
    })) ?? [];
  reader.readInt32(); // preferred read replica
  const log = reader.readNullableBytes() ?? Buffer.alloc(0);
  reader.readTaggedFields();
  return { errorCode, highWatermark, lastStable, logStart, aborted, log };
}

/** Fetch v17 (by topic id), for one partition. */
export const fetchPartition = createAPI<Parameters<typeof fetchV17.createRequest>, RawFetchAnswer>(
  apiKey,
  version,
  fetchV17.createRequest,
  parseAnswer,
);
