import { destinationTopic, sourceTopicId, targetGroup } from './dead-letters.ts';
import type { SimulatedTopic } from './kafka/partition-log.ts';
import type { World } from './world.ts';

const indexedWithinMs = 200;

/** The target group: consumes what is committed, and sends some of it back to the dead letters. */
export function startTarget(world: World): void {
  const { timeline, random, kafka, postgres } = world;
  const positions = new Map<SimulatedTopic, number[]>();
  let letters = 10_000;

  const comesBack = (partition: number, offset: bigint) => {
    world.counts.came_back++;
    const letter = {
      topic: destinationTopic,
      landed: { partition, offset },
      topicId: sourceTopicId,
      partition: 0,
      offset: BigInt(letters++),
      at: timeline.date(),
    };
    timeline.after(random.between(0, indexedWithinMs), () =>
      postgres.tables.rows.letter.set(String(letter.offset), letter),
    );
  };
  const consume = () => {
    const topic = kafka.topics.get(destinationTopic);
    if (topic && !world.targetStopped) {
      const at = positions.get(topic) ?? [];
      positions.set(topic, at);
      topic.partitions.forEach((log, partition) => {
        const end = log.lastStable();
        const from = at[partition] ?? 0;
        for (const { offset } of log.committed(from, end))
          if (world.enabled('came_back') && random.chance(0.15)) comesBack(partition, offset);
        if (end > from) kafka.coordinator.commitOf(targetGroup, destinationTopic, partition, BigInt(end));
        at[partition] = end;
      });
    }
    timeline.after(random.between(200, 700), consume);
  };
  consume();
}
