import { listOffsetsV7, listOffsetsV8, listOffsetsV9 } from '@platformatic/kafka';
import type { BrokerFailure } from '../port/failure.ts';
import type { LogOffset, OffsetKind, TopicPartition } from '../port/groups.ts';
import { bestVersion, withPartErrors } from './call.ts';
import type { BrokerLink } from './connection.ts';
import { failureOfCode, toBrokerFailure } from './failure.ts';

const listOffsetsApi = { key: listOffsetsV9.api.key, name: 'ListOffsets' };
const earliest = -2n;
const latest = -1n;
const readUncommitted = 0;
const readCommitted = 1;
const anyEpoch = -1;
const consumerReplica = -1;
/** Errors that say "the metadata you went by is old": asked again once with fresh metadata. */
const staleMetadata = new Set([3, 5, 6, 74, 76, 100]);

/** What is asked of every partition: a timestamp, or one of the protocol's two words for an end of the log. */
type Question = { timestamp: bigint; isolation: number };

const questions: Readonly<Record<OffsetKind, Question>> = {
  earliest: { timestamp: earliest, isolation: readUncommitted },
  high_watermark: { timestamp: latest, isolation: readUncommitted },
  last_stable: { timestamp: latest, isolation: readCommitted },
};

type Asked = { request: TopicPartition; answer: LogOffset; stale: boolean };

/** One ListOffsets per leader; a partition that fails does so alone. */
export const listOffsets = (
  link: BrokerLink,
  partitions: readonly TopicPartition[],
  kind: OffsetKind,
): Promise<readonly LogOffset[]> => ask(link, partitions, questions[kind]);

/** The same for a timestamp. The log below its start is never looked at, so the answer is never below the log start. */
export const offsetsAtTime = (
  link: BrokerLink,
  partitions: readonly TopicPartition[],
  atMs: number,
): Promise<readonly LogOffset[]> =>
  ask(link, partitions, { timestamp: BigInt(Math.max(0, Math.floor(atMs))), isolation: readUncommitted });

async function ask(
  link: BrokerLink,
  partitions: readonly TopicPartition[],
  question: Question,
): Promise<readonly LogOffset[]> {
  const first = await attempt(link, partitions, question);
  const again = first.filter((each) => each.stale).map((each) => each.request);
  if (again.length === 0) return first.map((each) => each.answer);
  const topics = [...new Set(again.map((each) => each.topic))];
  await link.metadata.named(topics).catch((error: unknown) => {
    throw toBrokerFailure(error, 'Metadata');
  });
  const second = await attempt(link, again, question);
  return [...first.filter((each) => !each.stale), ...second].map((each) => each.answer);
}

async function attempt(
  link: BrokerLink,
  partitions: readonly TopicPartition[],
  question: Question,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  const byLeader = new Map<number, TopicPartition[]>();
  for (const request of partitions) {
    const leader = await link.metadata
      .leader(request)
      .catch((error: unknown) => toBrokerFailure(error, 'ListOffsets'));
    if (typeof leader !== 'number') asked.push(failed(request, leader, false));
    else if (!byLeader.get(leader)?.push(request)) byLeader.set(leader, [request]);
  }
  const answers = await Promise.all(
    [...byLeader].map(([leader, requests]) => askLeader(link, leader, requests, question)),
  );
  return [...asked, ...answers.flat()];
}

const failed = (request: TopicPartition, failure: BrokerFailure, stale: boolean): Asked => ({
  request,
  answer: { topic: request.topic, partition: request.partition, offset: null, failure },
  stale,
});

async function askLeader(
  link: BrokerLink,
  leader: number,
  requests: readonly TopicPartition[],
  question: Question,
): Promise<Asked[]> {
  const topics = [...Map.groupBy(requests, (each) => each.topic)].map(([name, parts]) => ({
    name,
    partitions: parts.map(({ partition }) => ({
      partitionIndex: partition,
      currentLeaderEpoch: anyEpoch,
      timestamp: question.timestamp,
    })),
  }));
  try {
    const answer = await link.toBroker(leader, 'ListOffsets', (connection, versions) =>
      withPartErrors(
        bestVersion(versions, listOffsetsApi, [
          [9, listOffsetsV9],
          [8, listOffsetsV8],
          [7, listOffsetsV7],
        ]).api.async(connection, consumerReplica, question.isolation, topics),
      ),
    );
    return answer.topics.flatMap(({ name: topic, partitions }) =>
      partitions.map((each): Asked => {
        const request = { topic, partition: each.partitionIndex };
        if (each.errorCode !== 0) {
          const failure = failureOfCode(each.errorCode, `ListOffsets of ${topic}-${each.partitionIndex}`);
          return failed(request, failure, staleMetadata.has(each.errorCode));
        }
        const offset = each.offset < 0n ? null : each.offset;
        return { request, answer: { ...request, offset, failure: null }, stale: false };
      }),
    );
  } catch (error) {
    const failure = toBrokerFailure(error, 'ListOffsets');
    return requests.map((request) => failed(request, failure, failure.kind === 'unreachable'));
  }
}
