import type { Reader, Writer } from '@platformatic/kafka';

/** Fields that several group calls share, in the flexible versions of the protocol (KIP-482). */

export const readStrings = (reader: Reader): string[] =>
  reader.readArray((each) => each.readString(), true, false);

export const readInts = (reader: Reader): number[] =>
  reader.readArray((each) => each.readInt32(), true, false);

export type AssignedTopic = { topic: string; partitions: number[] };

/** The struct `Assignment` of consumer and share groups: topic ids, names and partitions. */
export function readAssignment(reader: Reader): AssignedTopic[] {
  const topics = reader.readArray((each) => {
    each.readUUID();
    return { topic: each.readString(), partitions: readInts(each) };
  });
  reader.readTaggedFields();
  return topics;
}

/** The request of all describe calls: group ids, and no authorized operations. */
export const appendGroupIds = (writer: Writer, groupIds: readonly string[]): Writer =>
  writer.appendArray([...groupIds], (to, id) => to.appendString(id), true, false).appendBoolean(false);
