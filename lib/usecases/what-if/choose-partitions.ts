import type { TopicInfo } from '#lib/broker/port/admin.ts';
import type { TopicPartition } from '#lib/broker/port/groups.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

const partitionsMax = 10_000;

/** The topics asked for, or all of the group's. @throws SluiceError bad_request for one that is not the group's */
export function chosenTopics(asked: readonly string[] | undefined, ofGroup: readonly string[]): string[] {
  if (asked === undefined) return [...ofGroup].sort();
  for (const [index, topic] of asked.entries()) {
    if (!ofGroup.includes(topic))
      throw new SluiceError(
        'bad_request',
        `body.topics.${index}: the group has neither a committed offset nor an assignment on "${topic}". It has them on: ${ofGroup.join(', ') || 'no topic'}.`,
      );
  }
  return [...new Set(asked)].sort();
}

/**
 * Every partition that the topics have, and those of a topic that is gone which the group still has offsets of; by topic and number.
 * @throws SluiceError bad_request past 10,000
 */
export function chosenPartitions(
  topics: readonly string[],
  metadata: readonly TopicInfo[],
  committed: readonly TopicPartition[],
): { partitions: TopicPartition[]; topicsGone: string[] } {
  const known = new Map(metadata.map((each) => [each.topic, each.partitions]));
  const partitions = topics.flatMap((topic) => {
    const numbers =
      known.get(topic)?.map((each) => each.partition) ??
      committed.filter((each) => each.topic === topic).map((each) => each.partition);
    return numbers.sort((a, b) => a - b).map((partition) => ({ topic, partition }));
  });
  if (partitions.length > partitionsMax)
    throw new SluiceError(
      'bad_request',
      `These topics have ${partitions.length} partitions; what-if looks at ${partitionsMax} at most. Name fewer in body.topics.`,
    );
  return { partitions, topicsGone: topics.filter((topic) => !known.has(topic)) };
}
