export type HotPartition = { topic: string; partition: number; share: number };
type Produced = { topic: string; partition: number; produceRate: number | null };

/** A partition is hot when it takes at least twice its even share of what is produced to its topic. */
const hotFactor = 2;
/** Below this many records a second in the topic, shares are chance. */
const leastRate = 1;
const mostNamed = 5;

/**
 * Partitions that take far more than their even share of what is produced to their topic, worst first: adding consumers does not help there, the key
 * does. Empty where the rates of a topic's partitions are not all known, or it has only one.
 */
export function hotPartitions(partitions: readonly Produced[]): HotPartition[] {
  const hot: HotPartition[] = [];
  for (const ofTopic of Map.groupBy(partitions, (each) => each.topic).values()) {
    if (ofTopic.length < 2 || ofTopic.some((each) => each.produceRate === null)) continue;
    const total = ofTopic.reduce((sum, each) => sum + (each.produceRate ?? 0), 0);
    if (total < leastRate) continue;
    for (const { topic, partition, produceRate } of ofTopic) {
      const share = (produceRate ?? 0) / total;
      if (share * ofTopic.length >= hotFactor) hot.push({ topic, partition, share });
    }
  }
  return hot
    .sort((a, b) => b.share - a.share || a.topic.localeCompare(b.topic) || a.partition - b.partition)
    .slice(0, mostNamed);
}
