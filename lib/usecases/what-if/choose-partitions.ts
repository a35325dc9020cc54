import type { TopicInfo } from '#lib/broker/port/admin.ts';
import type { TopicPartition } from '#lib/broker/port/groups.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';

const partitionsMax = 10_000;

/**
 * The topics asked for, or all of the group's. Never the internal ones of a streams group, whatever it has committed there: `kafka-streams-groups.sh
 * --all-input-topics` leaves them out and deletes them with the reset. @throws SluiceError bad_request for one that is not the group's to move
 */
export function chosenTopics(
  asked: readonly string[] | undefined,
  ofGroup: readonly string[],
  internal: readonly string[],
): string[] {
  const movable = ofGroup.filter((topic) => !internal.includes(topic)).sort();
  if (asked === undefined) return movable;
  for (const [index, topic] of asked.entries()) {
    if (internal.includes(topic))
      throw new SluiceError(
        'bad_request',
        `body.topics.${index}: "${topic}" is an internal topic of the streams group: a reset deletes it, and the application fills it anew from what it reads. Name what it reads: ${movable.join(', ') || 'no topic'}.`,
      );
    if (!movable.includes(topic))
      throw new SluiceError(
        'bad_request',
        `body.topics.${index}: the group has neither a committed offset nor an assignment on "${topic}". It has them on: ${movable.join(', ') || 'no topic'}.`,
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
