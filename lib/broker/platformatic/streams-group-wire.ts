import { createAPI, type Reader, Writer } from '@platformatic/kafka';
import { appendGroupIds, readInts, readStrings } from './wire-fields.ts';

/**
 * StreamsGroupDescribe (KIP-1071), which the client lacks. Source: StreamsGroupDescribe{Request,Response}.json of Apache Kafka 4.4.
 * What Sluice does not show (end points, tags, task offsets, target assignment, the topology's description) is read over.
 */
export const streamsGroupDescribe = { key: 89, name: 'StreamsGroupDescribe' };

export type SubtopologyTasks = { subtopologyId: string; partitions: number[] };
export type TaskAssignment = {
  active: SubtopologyTasks[];
  standby: SubtopologyTasks[];
  warmUp: SubtopologyTasks[];
};

export type StreamsGroupMember = {
  memberId: string;
  memberEpoch: number;
  instanceId: string | null;
  rackId: string | null;
  clientId: string;
  clientHost: string;
  processId: string;
  assignment: TaskAssignment;
};

export type Subtopology = {
  subtopologyId: string;
  sourceTopics: string[];
  changelogTopics: string[];
  repartitionSourceTopics: string[];
};

export type StreamsGroup = {
  errorCode: number;
  groupId: string;
  groupState: string;
  groupEpoch: number;
  assignmentEpoch: number;
  /** null while source topics are missing: the coordinator knows no subtopologies then. */
  subtopologies: Subtopology[] | null;
  members: StreamsGroupMember[];
  /** null before version 1. */
  assignorName: string | null;
};

const readTasks = (reader: Reader): SubtopologyTasks[] =>
  reader.readArray((each) => ({ subtopologyId: each.readString(), partitions: readInts(each) }));

function readTaskAssignment(reader: Reader): TaskAssignment {
  const assignment = { active: readTasks(reader), standby: readTasks(reader), warmUp: readTasks(reader) };
  reader.readTaggedFields();
  return assignment;
}

function skipPairs(reader: Reader): void {
  reader.readArray((each) => [each.readString(), each.readString()]);
}

const readTopicInfo = (reader: Reader): string => {
  const name = reader.readString();
  reader.readInt32(); // partitions
  reader.readInt16(); // replication factor
  skipPairs(reader); // configs
  return name;
};

function readSubtopology(reader: Reader): Subtopology {
  const subtopologyId = reader.readString();
  const sourceTopics = readStrings(reader);
  readStrings(reader); // repartition topics that it writes: another subtopology reads them
  return {
    subtopologyId,
    sourceTopics,
    changelogTopics: reader.readArray(readTopicInfo),
    repartitionSourceTopics: reader.readArray(readTopicInfo),
  };
}

const readTopology = (reader: Reader): Subtopology[] | null =>
  reader.readNullableStruct(() => {
    reader.readInt32(); // epoch
    const subtopologies = reader.readNullableArray(readSubtopology);
    reader.readTaggedFields();
    return subtopologies;
  });

function skipTaskOffsets(reader: Reader): void {
  reader.readArray((each) => [each.readString(), each.readInt32(), each.readInt64()]);
}

function readMember(reader: Reader): StreamsGroupMember {
  const identity = {
    memberId: reader.readString(),
    memberEpoch: reader.readInt32(),
    instanceId: reader.readNullableString(),
    rackId: reader.readNullableString(),
    clientId: reader.readString(),
    clientHost: reader.readString(),
  };
  reader.readInt32(); // topology epoch
  const processId = reader.readString();
  reader.readNullableStruct(() => {
    reader.readString(); // host
    reader.readUnsignedInt16(); // port
    reader.readTaggedFields();
  });
  skipPairs(reader); // client tags
  skipTaskOffsets(reader);
  skipTaskOffsets(reader); // end offsets
  const assignment = readTaskAssignment(reader);
  readTaskAssignment(reader); // target
  reader.readBoolean(); // whether it is a classic member
  return { ...identity, processId, assignment };
}

function readGroup(reader: Reader, version: 0 | 1): StreamsGroup {
  const errorCode = reader.readInt16();
  reader.readNullableString(); // error message
  const group = {
    errorCode,
    groupId: reader.readString(),
    groupState: reader.readString(),
    groupEpoch: reader.readInt32(),
    assignmentEpoch: reader.readInt32(),
    subtopologies: readTopology(reader),
    members: reader.readArray(readMember),
  };
  reader.readInt32(); // authorized operations
  if (version === 0) return { ...group, assignorName: null };
  // It was not asked for, so it is null: a null struct is the single byte -1.
  if (reader.readInt8() !== -1)
    throw new RangeError(
      `StreamsGroupDescribe: a topology description of ${group.groupId} that was not asked for`,
    );
  reader.readInt8(); // status of the description
  return { ...group, assignorName: reader.readNullableString() };
}

const version = (number: 0 | 1) =>
  createAPI<[groupIds: readonly string[]], StreamsGroup[]>(
    streamsGroupDescribe.key,
    number,
    (groupIds: readonly string[]) => {
      const request = appendGroupIds(Writer.create(), groupIds);
      if (number === 1) request.appendBoolean(false); // no topology description
      return request.appendTaggedFields();
    },
    (_correlationId, _key, _version, reader) => {
      reader.readInt32(); // throttle time
      const groups = reader.readArray((each) => readGroup(each, number));
      reader.readTaggedFields();
      return groups;
    },
  );

export const streamsGroupDescribeV0 = version(0);
/** From Kafka 4.4 on: with the assignor (KIP-1357). */
export const streamsGroupDescribeV1 = version(1);
