import { createAPI, type Reader, Writer } from '@platformatic/kafka';
import { type AssignedTopic, appendGroupIds, readAssignment, readStrings } from './wire-fields.ts';

/** ShareGroupDescribe (KIP-932), which the client lacks. Source: ShareGroupDescribe{Request,Response}.json of Apache Kafka 4.4. */
export const shareGroupDescribe = { key: 77, name: 'ShareGroupDescribe' };

export type ShareGroupMember = {
  memberId: string;
  rackId: string | null;
  memberEpoch: number;
  clientId: string;
  clientHost: string;
  subscribed: string[];
  assignment: AssignedTopic[];
};

export type ShareGroup = {
  errorCode: number;
  groupId: string;
  groupState: string;
  groupEpoch: number;
  assignmentEpoch: number;
  assignorName: string;
  members: ShareGroupMember[];
};

// The properties stand in the order of the fields: each is read as it is named.
const readMember = (reader: Reader): ShareGroupMember => ({
  memberId: reader.readString(),
  rackId: reader.readNullableString(),
  memberEpoch: reader.readInt32(),
  clientId: reader.readString(),
  clientHost: reader.readString(),
  subscribed: readStrings(reader),
  assignment: readAssignment(reader),
});

function readGroup(reader: Reader): ShareGroup {
  const errorCode = reader.readInt16();
  reader.readNullableString(); // error message
  const group = {
    errorCode,
    groupId: reader.readString(),
    groupState: reader.readString(),
    groupEpoch: reader.readInt32(),
    assignmentEpoch: reader.readInt32(),
    assignorName: reader.readString(),
    members: reader.readArray(readMember),
  };
  reader.readInt32(); // authorized operations
  return group;
}

function readAnswer(_correlationId: number, _key: number, _version: number, reader: Reader): ShareGroup[] {
  reader.readInt32(); // throttle time
  const groups = reader.readArray(readGroup);
  reader.readTaggedFields();
  return groups;
}

/** Version 1, the first stable one: version 0 was early access of Kafka 4.0 alone. */
export const shareGroupDescribeV1 = createAPI<[groupIds: readonly string[]], ShareGroup[]>(
  shareGroupDescribe.key,
  1,
  (groupIds: readonly string[]) => appendGroupIds(Writer.create(), groupIds).appendTaggedFields(),
  readAnswer,
);
