import { Prisma } from '#generated/prisma/client.ts';
import { sameKeyCountedMost } from '#lib/domain/dead-letters/same-key-counted-most.ts';
import { type DeadLetterRecordRow, inLog, joinedOneByOne, recordColumns } from './dead-letter-rows.ts';
import type { PrismaScope } from './prisma.ts';

export type SameKeyRows = {
  /** Arrived after it, the nearest first. */
  later: DeadLetterRecordRow[];
  /** Arrived before it, the nearest first. */
  earlier: DeadLetterRecordRow[];
  /** All of them, itself among them; counted no further than `sameKeyCountedMost`. */
  count: number;
};

/** Dead letters of a cluster whose key has this hash. The index has the beginnings of hashes. */
const ofKey = (clusterId: string, keyHash: string): Prisma.Sql =>
  Prisma.sql`left(d.key_hash, 12) = left(${keyHash}::text, 12) AND d.key_hash = ${keyHash} AND d.cluster_id = ${clusterId}`;

/** Dead letters by the key that they have, by its hash: keys that are not text, or too long for the index, are the same by it too. */
export const createDeadLetterKeyStore = (db: PrismaScope) => ({
  /** How many there are anywhere in the cluster. */
  async count(clusterId: string, keyHash: string): Promise<number> {
    const [found] = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM dead_letter d WHERE ${ofKey(clusterId, keyHash)}`;
    return found?.n ?? 0;
  },

  /** The dead letters of the topic with the key of this one that are still in the log, at most so many to each side; null where it has no key, or is not there. */
  async around(
    { clusterId, topicId, partition, offset }: DeadLetterRecordRow,
    most: number,
  ): Promise<SameKeyRows | null> {
    const [own] = await db.$queryRaw<{ keyHash: string | null; at: Date }[]>`
      SELECT key_hash AS "keyHash", at FROM dead_letter
      WHERE cluster_id = ${clusterId} AND topic_id = ${topicId} AND partition = ${partition}::int AND "offset" = ${offset}::bigint`;
    const keyHash = own?.keyHash ?? null;
    if (!own || keyHash === null) return null;
    const sameKey = Prisma.sql`${ofKey(clusterId, keyHash)} AND d.topic_id = ${topicId} AND ${inLog}`;
    const place = Prisma.sql`(${own.at}::timestamptz, ${partition}::int, ${offset}::bigint)`;
    const [later, earlier, counted] = await Promise.all([
      db.$queryRaw<DeadLetterRecordRow[]>`
        SELECT ${recordColumns} ${joinedOneByOne} WHERE ${sameKey} AND (d.at, d.partition, d."offset") > ${place}
        ORDER BY d.at, d.partition, d."offset" LIMIT ${most}`,
      db.$queryRaw<DeadLetterRecordRow[]>`
        SELECT ${recordColumns} ${joinedOneByOne} WHERE ${sameKey} AND (d.at, d.partition, d."offset") < ${place}
        ORDER BY d.at DESC, d.partition DESC, d."offset" DESC LIMIT ${most}`,
      db.$queryRaw<{ n: number }[]>`
        SELECT count(*)::int AS n FROM (SELECT 1 ${joinedOneByOne} WHERE ${sameKey} LIMIT ${sameKeyCountedMost}) u`,
    ]);
    return { later, earlier, count: counted[0]?.n ?? 0 };
  },
});
export type DeadLetterKeyStore = ReturnType<typeof createDeadLetterKeyStore>;
