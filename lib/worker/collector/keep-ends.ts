import type { Database } from '#lib/store/database.ts';
import { packEnds, unpackEnds } from '#lib/store/log-ends.ts';
import { emptyMemory, emptyTopicMemory, type Memory, type TopicMemory, windowOf } from './memory.ts';

/** So much is written a round at most; what is left over has its turn in the next ones. */
const bytesPerRound = 400_000;

/**
 * Keeps the tables of ends in Postgres, a share of the topics a round: on a small cluster each is as old as the last sample, on one of thousands of
 * partitions up to a minute. After a restart the gap is inside the error bound of the time lags that fall into it.
 */
export function createEndsKeeper(database: Pick<Database, 'stores' | 'collectorWriter'>, cluster: string) {
  const { lag } = database.stores;
  const savedAtMs = new Map<string, number>();
  return {
    /** Saves what is older than `everyMs`, oldest first. */
    async save(memory: Memory, at: Date, everyMs: number): Promise<void> {
      const due = [...memory.ends]
        .map(([topicId, tables]) => ({ topicId, tables, savedMs: savedAtMs.get(topicId) ?? 0 }))
        .filter(({ savedMs }) => at.getTime() - savedMs >= everyMs)
        .sort((a, b) => a.savedMs - b.savedMs);
      const topics: { topicId: string; body: Buffer }[] = [];
      let bytes = 0;
      for (const { topicId, tables } of due) {
        if (bytes >= bytesPerRound) break;
        const body = packEnds(tables);
        topics.push({ topicId, body });
        bytes += body.length;
        savedAtMs.set(topicId, at.getTime());
      }
      await database.collectorWriter.stores.ends.saveEnds(cluster, topics, at);
    },
    async forget(topicIds: readonly string[]): Promise<void> {
      for (const topicId of topicIds) savedAtMs.delete(topicId);
      await lag.forgetEnds(cluster, topicIds);
    },
  };
}

/** The memory as the last collector of the cluster left it. What another version wrote is left out and named in the log. */
export async function recallMemory(
  database: Pick<Database, 'stores'>,
  cluster: string,
  log: (message: string) => void,
): Promise<Memory> {
  const { lag } = database.stores;
  const memory = emptyMemory();
  try {
    for (const { topicId, body } of await lag.readEnds(cluster)) memory.ends.set(topicId, unpackEnds(body));
    for await (const { groupId, asOf, partitions } of lag.readPartitions(cluster)) {
      const windows = new Map<string, TopicMemory>();
      for (const reading of partitions) {
        const window = windowOf(reading, asOf.getTime());
        if (!window) continue;
        const key = reading.topicId ?? reading.topic;
        const ofTopic = windows.get(key) ?? emptyTopicMemory();
        windows.set(key, ofTopic);
        ofTopic.moving.set(reading.partition, window);
      }
      memory.windows.set(groupId, windows);
    }
    return memory;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    log(
      `collector ${cluster}: what was stored is of another version; its windows begin anew (${error.message})`,
    );
    return emptyMemory();
  }
}
