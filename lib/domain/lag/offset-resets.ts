import type { GroupEvent } from './group-sight.ts';

type Committed = { topic: string; partition: number; offset: bigint | null };

/**
 * Committed offsets that went back since the round before, one event a topic.
 * @param sameTopic whether the topic is still the same one; a recreated one begins anew and was not reset
 */
export function offsetResets(
  groupId: string,
  before: readonly Committed[],
  now: readonly Committed[],
  sameTopic: (topic: string) => boolean,
  atMs: number,
): GroupEvent[] {
  const back = new Map<string, { partitions: number; records: bigint }>();
  const was = aligned(before, now) ? (index: number) => before[index]?.offset ?? null : lookUp(before, now);
  for (const [index, { topic, offset }] of now.entries()) {
    const old = was(index);
    if (offset === null || old === null || offset >= old || !sameTopic(topic)) continue;
    const known = back.get(topic) ?? { partitions: 0, records: 0n };
    back.set(topic, { partitions: known.partitions + 1, records: known.records + old - offset });
  }
  return [...back].map(([topic, { partitions, records }]) => ({
    groupId,
    atMs,
    kind: 'offsets_reset',
    text: `Offsets of ${topic} went back by ${records.toLocaleString('en-US')} record${records === 1n ? '' : 's'} on ${partitions} partition${partitions === 1 ? '' : 's'}.`,
  }));
}

/** Brokers answer in the same order round after round: then no index is needed. */
const aligned = (before: readonly Committed[], now: readonly Committed[]) =>
  before.length === now.length &&
  now.every(
    (each, index) => before[index]?.topic === each.topic && before[index]?.partition === each.partition,
  );

function lookUp(before: readonly Committed[], now: readonly Committed[]) {
  const known = new Map(before.map((each) => [`${each.topic}/${each.partition}`, each.offset]));
  return (index: number) => known.get(`${now[index]?.topic}/${now[index]?.partition}`) ?? null;
}
