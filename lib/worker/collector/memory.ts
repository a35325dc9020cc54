import type { PartitionReading } from '#lib/domain/lag/group.ts';
import { PackedWindows } from '#lib/domain/lag/packed-windows.ts';
import { EndTable } from '#lib/domain/lag/time-lag.ts';
import { beginWindow, type PartitionWindow } from '#lib/domain/lag/window.ts';
import type { ClusterPoll } from './poll-cluster.ts';
import type { PartitionRead } from './read-partition.ts';
import type { StillGroup } from './still-groups.ts';

/**
 * What is remembered of the partitions of one topic for one group: a partition that moves has its window; of one on which nothing does, the whole reading is kept
 * instead (its window is in it), and the next round takes it as it is. On a big cluster most partitions stand still most of the time.
 */
export type TopicMemory = { moving: PackedWindows; still: (PartitionRead | undefined)[] };

export const emptyTopicMemory = (): TopicMemory => ({ moving: new PackedWindows(), still: [] });

/**
 * What the collector knows from earlier rounds: where the ends of partitions stood when (by topic id, so that a recreated topic starts
 * anew), and each group's window on each partition. Constant in size; both are found again in Postgres after a restart.
 */
export type Memory = {
  previousMs: number | null;
  /** Rounds so far: whose turn it is to be looked into. */
  turn: number;
  ends: Map<string, Map<number, EndTable>>;
  /** By group and topic id. */
  windows: Map<string, Map<string, TopicMemory>>;
  /** What the last round was told; null before the first. */
  poll: ClusterPoll | null;
  /** Groups on which nothing moves, by id. */
  still: Map<string, StillGroup>;
};

export const emptyMemory = (): Memory => ({
  previousMs: null,
  turn: 0,
  ends: new Map(),
  windows: new Map(),
  poll: null,
  still: new Map(),
});

/** Adds the ends that a round saw. Answers the topic ids that nobody reads any more, which it lets go of. */
export function rememberEnds(memory: Memory, poll: ClusterPoll): string[] {
  const current = new Set<string>();
  for (const [topic, ends] of poll.ends) {
    const topicId = poll.topics.get(topic)?.topicId;
    if (topicId === undefined) continue;
    current.add(topicId);
    const tables = memory.ends.get(topicId) ?? new Map<number, EndTable>();
    memory.ends.set(topicId, tables);
    ends.forEach((seen, partition) => {
      if (seen?.highWatermark == null) return;
      const table = tables.get(partition) ?? new EndTable();
      tables.set(partition, table);
      table.add(seen.highWatermark, poll.atMs, poll.answeredMs);
    });
  }
  const gone = [...memory.ends.keys()].filter((topicId) => !current.has(topicId));
  for (const topicId of gone) memory.ends.delete(topicId);
  return gone;
}

/**
 * The window that a partition's last stored reading amounts to, so that a restart neither forgets since when a group stands nor takes
 * its first round for the first of all.
 */
export function windowOf(reading: PartitionReading, asOfMs: number): PartitionWindow | null {
  const { committed, highWatermark, lagRecords, committedSinceMs, stuckSinceMs, rewoundFrom } = reading;
  if (committed === null || highWatermark === null || lagRecords === null) return null;
  return beginWindow(
    { atMs: asOfMs, committed, highWatermark, lagRecords },
    { committedSinceMs, stuckSinceMs, rewoundFrom },
  );
}
