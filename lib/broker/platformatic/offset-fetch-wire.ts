import { createAPI, offsetFetchV8, offsetFetchV9, type Reader } from '@platformatic/kafka';
import type { CommittedOffset } from '../port/groups.ts';

/** What OffsetFetch says of one group; of partitions that failed the first is told, and the offsets end before it. */
export type FetchedGroup = {
  groupId: string;
  errorCode: number;
  offsets: readonly CommittedOffset[];
  failed: { topic: string; partition: number; errorCode: number } | null;
};

/** A compact array's length is one more than what is in it. */
const countOf = (reader: Reader): number => Math.max(0, reader.readUnsignedVarInt() - 1);

function readTopic(reader: Reader, offsets: CommittedOffset[], before: FetchedGroup['failed']) {
  const topic = reader.readString();
  let failed = before;
  for (let left = countOf(reader); left > 0; left--) {
    const partition = reader.readInt32();
    const offset = reader.readInt64();
    reader.readInt32(); // leader epoch
    const metadata = reader.readNullableString();
    const errorCode = reader.readInt16();
    reader.readTaggedFields();
    if (errorCode !== 0) failed ??= { topic, partition, errorCode };
    if (failed === null) offsets.push({ topic, partition, offset: offset < 0n ? null : offset, metadata });
  }
  reader.readTaggedFields();
  return failed;
}

function readGroup(reader: Reader): FetchedGroup {
  const groupId = reader.readString();
  const offsets: CommittedOffset[] = [];
  let failed: FetchedGroup['failed'] = null;
  for (let left = countOf(reader); left > 0; left--) failed = readTopic(reader, offsets, failed);
  const errorCode = reader.readInt16();
  reader.readTaggedFields();
  return { groupId, errorCode, offsets, failed };
}

/**
 * OffsetFetch with the client's own requests, its answer read straight into what is kept of it: of a hundred thousand partitions a round the client's reader
 * made as many objects that were copied and let go of. Source: OffsetFetchResponse.json of Apache Kafka 4.4, versions 8 and 9 (KIP-709).
 */
export function readOffsets(
  _correlationId: number,
  _apiKey: number,
  _version: number,
  reader: Reader,
): FetchedGroup[] {
  reader.readInt32(); // throttle time
  const groups: FetchedGroup[] = [];
  for (let left = countOf(reader); left > 0; left--) groups.push(readGroup(reader));
  reader.readTaggedFields();
  return groups;
}

type Asked = Parameters<typeof offsetFetchV9.createRequest>;
const { key } = offsetFetchV9.api;
export const fetchOffsetsV8 = createAPI<Asked, FetchedGroup[]>(
  key,
  8,
  offsetFetchV8.createRequest,
  readOffsets,
);
export const fetchOffsetsV9 = createAPI<Asked, FetchedGroup[]>(
  key,
  9,
  offsetFetchV9.createRequest,
  readOffsets,
);
