import { createAPI, type Reader, Writer } from '@platformatic/kafka';

/**
 * DescribeShareGroupOffsets (KIP-932, lag by KIP-1226), which the client lacks. Source: DescribeShareGroupOffsets{Request,Response}.json
 * of Apache Kafka 4.4.
 */
export const describeShareGroupOffsets = { key: 90, name: 'DescribeShareGroupOffsets' };

export type SharePartition = {
  partition: number;
  startOffset: bigint;
  /** -1 for "not known", also where the version does not carry it. */
  lag: bigint;
  errorCode: number;
  errorMessage: string | null;
};

export type ShareGroupOffsets = {
  groupId: string;
  topics: { topic: string; partitions: SharePartition[] }[];
  errorCode: number;
};

function readPartition(reader: Reader, hasLag: boolean): SharePartition {
  const partition = reader.readInt32();
  const startOffset = reader.readInt64();
  reader.readInt32(); // leader epoch
  const lag = hasLag ? reader.readInt64() : -1n;
  return {
    partition,
    startOffset,
    lag,
    errorCode: reader.readInt16(),
    errorMessage: reader.readNullableString(),
  };
}

function readTopic(reader: Reader, hasLag: boolean): ShareGroupOffsets['topics'][number] {
  const topic = reader.readString();
  reader.readUUID();
  return { topic, partitions: reader.readArray((each) => readPartition(each, hasLag)) };
}

function readGroup(reader: Reader, hasLag: boolean): ShareGroupOffsets {
  const groupId = reader.readString();
  const topics = reader.readArray((each) => readTopic(each, hasLag));
  const errorCode = reader.readInt16();
  reader.readNullableString(); // error message
  return { groupId, topics, errorCode };
}

/** All topics of every group: a null list asks for what the group has. */
const request = (groupIds: readonly string[]): Writer =>
  Writer.create()
    .appendArray([...groupIds], (to, id) => to.appendString(id).appendArray(null, () => undefined))
    .appendTaggedFields();

const version = (number: 0 | 1) =>
  createAPI<[groupIds: readonly string[]], ShareGroupOffsets[]>(
    describeShareGroupOffsets.key,
    number,
    request,
    (_correlationId, _key, _version, reader) => {
      reader.readInt32(); // throttle time
      const groups = reader.readArray((each) => readGroup(each, number === 1));
      reader.readTaggedFields();
      return groups;
    },
  );

export const describeShareGroupOffsetsV0 = version(0);
/** From Kafka 4.2 on: with the lag. */
export const describeShareGroupOffsetsV1 = version(1);
