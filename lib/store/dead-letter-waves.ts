import type { Convention } from '#lib/domain/dead-letters/convention.ts';
import type { Wave } from '#lib/domain/dead-letters/next-wave.ts';
import type { PrismaScope } from './prisma.ts';
import type { TopicPlace } from './topic-place.ts';

/** What waits in one retry topic for one group; null where no group has committed there, or it could not be asked. */
export type TopicWave = Wave & { topic: string; group: string | null };
/** What waits in the retry topics of a dead-letter topic's flow, as of the worker's last look. */
export type StoredWave = { topicId: string; asOf: Date; topics: readonly TopicWave[] };

/** Of so many newest dead letters it is looked at how often they had been tried: rules of retrying change. */
const newestLooked = 1000;

/** Next waves: what the worker saw in retry topics. */
export const createDeadLetterWaveStore = (db: PrismaScope) => ({
  /** By convention, how often the newest dead letters of a topic had been tried at most. */
  async triesOf({ clusterId, topicId }: TopicPlace): Promise<Map<Convention, number>> {
    const rows = await db.$queryRaw<{ convention: Convention; tries: number }[]>`
      SELECT convention, max(attempts) AS tries FROM (
        SELECT convention, attempts FROM dead_letter WHERE cluster_id = ${clusterId} AND topic_id = ${topicId}
        ORDER BY at DESC LIMIT ${newestLooked}
      ) d WHERE attempts IS NOT NULL GROUP BY convention`;
    return new Map(rows.map(({ convention, tries }) => [convention, tries]));
  },

  /** Replaces what was known of a cluster; topics that are not named have no next wave. Call inside a transaction. */
  async save(clusterId: string, waves: readonly StoredWave[]): Promise<void> {
    await db.deadLetterWave.deleteMany({ where: { clusterId } });
    await db.deadLetterWave.createMany({
      data: waves.map(({ topicId, asOf, topics }) => ({
        clusterId,
        topicId,
        asOf,
        waiting: topics.map((each) => ({
          ...each,
          failures: each.failures.map((failure) => ({ ...failure })),
        })),
      })),
    });
  },

  /** A topic that was never looked at, or whose flow has no retry topics, is left out. */
  async of(clusterId: string, topicIds: readonly string[]): Promise<StoredWave[]> {
    return db.$queryRaw<StoredWave[]>`
      SELECT topic_id AS "topicId", as_of AS "asOf", waiting AS topics FROM dead_letter_wave
      WHERE cluster_id = ${clusterId} AND topic_id = ANY(${[...topicIds]}::text[])`;
  },
});
export type DeadLetterWaveStore = ReturnType<typeof createDeadLetterWaveStore>;
