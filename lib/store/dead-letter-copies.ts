import type { LetterPlace } from './dispositions.ts';
import type { PrismaScope } from './prisma.ts';

/** One copy of a dead letter in a quarantine. */
export type LetterCopy = {
  topic: string;
  /** null: it was sent, and where it landed could not be found again. */
  partition: number | null;
  offset: bigint | null;
  replayId: string;
  at: Date;
};

type Copied = {
  clusterId: string;
  replayId: string;
  destination: { topicId: string; topic: string };
  at: Date;
};

/** What preserve copied, by the ledger of what was sent: the originals stay as they are. */
export const createDeadLetterCopyStore = (db: PrismaScope) => ({
  /** Notes copies once each. Call inside the transaction that settles their batch. */
  async add(
    { clusterId, replayId, destination, at }: Copied,
    copies: readonly (LetterPlace & {
      lineageRoot: string;
      landed: { partition: number; offset: bigint } | null;
    })[],
  ): Promise<void> {
    await db.deadLetterCopy.createMany({
      data: copies.map(({ topicId, partition, offset, lineageRoot, landed }) => ({
        clusterId,
        topicId,
        partition,
        offset,
        destinationTopicId: destination.topicId,
        destinationTopic: destination.topic,
        destinationPartition: landed?.partition ?? null,
        destinationOffset: landed?.offset ?? null,
        replayId,
        lineageRoot,
        at,
      })),
      skipDuplicates: true,
    });
  },

  /** Copies of one dead letter, oldest first. */
  async of(clusterId: string, place: LetterPlace): Promise<LetterCopy[]> {
    const rows = await db.deadLetterCopy.findMany({
      where: { clusterId, topicId: place.topicId, partition: place.partition, offset: place.offset },
      orderBy: { at: 'asc' },
    });
    return rows.map((row) => ({
      topic: row.destinationTopic,
      partition: row.destinationPartition,
      offset: row.destinationOffset,
      replayId: row.replayId,
      at: row.at,
    }));
  },
});
export type DeadLetterCopyStore = ReturnType<typeof createDeadLetterCopyStore>;
