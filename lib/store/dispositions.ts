import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import type { PrismaScope } from './prisma.ts';

export type LetterPlace = { topicId: string; partition: number; offset: bigint };
export type DispositionChange = {
  disposition: Exclude<Disposition, 'open'>;
  replayId: string | null;
  reason: string | null;
  by: string;
  at: Date;
};

/** What has become of dead letters. `open` is the absence of a row. Call inside the transaction of what decided it. */
export const createDispositionStore = (db: PrismaScope) => ({
  /** Sets the disposition of each letter, whatever it was. */
  async set(clusterId: string, letters: readonly LetterPlace[], change: DispositionChange): Promise<void> {
    const { disposition, replayId, reason, by, at } = change;
    const topicIds = letters.map((letter) => letter.topicId);
    const partitions = letters.map((letter) => letter.partition);
    const offsets = letters.map((letter) => letter.offset);
    await db.$executeRaw`
      INSERT INTO dead_letter_disposition (cluster_id, topic_id, partition, "offset", disposition, replay_id, reason, by, at)
      SELECT ${clusterId}, t, p, o, ${disposition}, ${replayId}, ${reason}, ${by}, ${at}::timestamptz
      FROM unnest(${topicIds}::text[], ${partitions}::int[], ${offsets}::bigint[]) AS l(t, p, o)
      ON CONFLICT (cluster_id, topic_id, partition, "offset") DO UPDATE SET
        disposition = EXCLUDED.disposition, replay_id = EXCLUDED.replay_id, reason = EXCLUDED.reason,
        by = EXCLUDED.by, at = EXCLUDED.at`;
  },

  /** Makes letters open again. */
  async reopen(clusterId: string, letters: readonly LetterPlace[]): Promise<void> {
    const topicIds = letters.map((letter) => letter.topicId);
    const partitions = letters.map((letter) => letter.partition);
    const offsets = letters.map((letter) => letter.offset);
    await db.$executeRaw`
      DELETE FROM dead_letter_disposition d
      USING unnest(${topicIds}::text[], ${partitions}::int[], ${offsets}::bigint[]) AS l(t, p, o)
      WHERE d.cluster_id = ${clusterId} AND d.topic_id = t AND d.partition = p AND d."offset" = o`;
  },

  /** Everything that a replay still holds (`in_replay`) becomes open again: it ended without sending it. */
  async release(replayId: string): Promise<number> {
    const { count } = await db.deadLetterDisposition.deleteMany({
      where: { replayId, disposition: 'in_replay' },
    });
    return count;
  },
});
export type DispositionStore = ReturnType<typeof createDispositionStore>;
