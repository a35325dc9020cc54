import type { FoundBy } from '#lib/domain/dead-letters/found-by.ts';
import type { PrismaScope } from './prisma.ts';

/** Why topics are taken for dead-letter topics, as the last look at the cluster found it. */
export const createDeadLetterDiscoveryStore = (db: PrismaScope) => ({
  /** Of topics that are noted already. */
  async note(
    clusterId: string,
    topics: readonly { topicId: string; foundBy: readonly FoundBy[] }[],
  ): Promise<void> {
    await db.$executeRaw`
      UPDATE dead_letter_topic t SET found_by = f.found_by::jsonb
      FROM unnest(${topics.map((each) => each.topicId)}::text[],
        ${topics.map((each) => JSON.stringify(each.foundBy))}::text[]) AS f(topic_id, found_by)
      WHERE t.cluster_id = ${clusterId} AND t.topic_id = f.topic_id AND t.found_by IS DISTINCT FROM f.found_by::jsonb`;
  },
});
export type DeadLetterDiscoveryStore = ReturnType<typeof createDeadLetterDiscoveryStore>;
