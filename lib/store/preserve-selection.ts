import { Prisma } from '#generated/prisma/client.ts';
import type { Selection } from '#lib/domain/replays/selection.ts';
import { candidateColumns } from './candidate-page.ts';
import type { CandidateQuery } from './candidate-pages.ts';
import { inLog, joined } from './dead-letter-rows.ts';
import type { LetterPlace } from './dispositions.ts';
import type { PrismaScope } from './prisma.ts';
import { condition } from './replay-selection.ts';

type Source = { clusterId: string; topicId: string; selection: Selection };

/** Of what the selection names: how many may be copied, and why the others are not. */
export type PreserveCounts = {
  preservable: number;
  /** In this quarantine already, by the ledger. */
  preserved: number;
  /** Neither open nor came back. */
  decided: number;
  expired: number;
};

/** Everything that is named, each with `why` it is not copied, or null. Unlike for a replay, older copies of one lineage root are kept too. */
const judged = ({ clusterId, topicId, selection }: Source, quarantineTopicId: string) => Prisma.sql`
  SELECT d.*, CASE
      WHEN NOT ${inLog} THEN 'expired'
      WHEN x.disposition IS NOT NULL AND x.disposition NOT IN ('open', 'came_back') THEN 'decided'
      WHEN EXISTS (SELECT 1 FROM dead_letter_copy k WHERE k.cluster_id = d.cluster_id AND k.topic_id = d.topic_id
        AND k.partition = d.partition AND k."offset" = d."offset" AND k.destination_topic_id = ${quarantineTopicId}) THEN 'preserved'
    END AS why
  ${joined} WHERE d.cluster_id = ${clusterId} AND d.topic_id = ${topicId} AND ${condition(selection)}`;

/** Which dead letters a preserve copies: those that are open or came back, and are not in the quarantine yet. */
export const createPreserveSelectionStore = (db: PrismaScope) => ({
  async count(source: Source, quarantineTopicId: string): Promise<PreserveCounts> {
    const rows = await db.$queryRaw<{ why: string | null; n: number }[]>`
      SELECT why, count(*)::int AS n FROM (${judged(source, quarantineTopicId)}) j GROUP BY why`;
    const of = (why: string | null) => rows.find((row) => row.why === why)?.n ?? 0;
    return {
      preservable: of(null),
      preserved: of('preserved'),
      decided: of('decided'),
      expired: of('expired'),
    };
  },

  /** What of it is to be copied. */
  candidates: (source: Source, quarantineTopicId: string): CandidateQuery =>
    Prisma.sql`SELECT ${candidateColumns} FROM (${judged(source, quarantineTopicId)}) j WHERE why IS NULL ORDER BY at, partition, "offset"`,

  /** How many of these letters somebody has decided on, or copied there, by now. Call inside the transaction that holds the topic's lock. */
  async noLonger(
    clusterId: string,
    quarantineTopicId: string,
    letters: readonly LetterPlace[],
  ): Promise<number> {
    const [row] = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM unnest(${letters.map((letter) => letter.topicId)}::text[],
        ${letters.map((letter) => letter.partition)}::int[], ${letters.map((letter) => letter.offset)}::bigint[]) AS l(t, p, o)
      WHERE EXISTS (SELECT 1 FROM dead_letter_disposition x WHERE x.cluster_id = ${clusterId} AND x.topic_id = t
          AND x.partition = p AND x."offset" = o AND x.disposition NOT IN ('open', 'came_back'))
        OR EXISTS (SELECT 1 FROM dead_letter_copy k WHERE k.cluster_id = ${clusterId} AND k.topic_id = t
          AND k.partition = p AND k."offset" = o AND k.destination_topic_id = ${quarantineTopicId})`;
    return row?.n ?? 0;
  },
});
export type PreserveSelectionStore = ReturnType<typeof createPreserveSelectionStore>;
