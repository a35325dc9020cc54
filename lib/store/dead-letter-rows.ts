import { Prisma } from '#generated/prisma/client.ts';
import type { Convention, FailureVerdict } from '#lib/domain/dead-letters/convention.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import { type FilterAt, filterSql } from './dead-letter-filter.ts';

/** A dead letter as the index has it, with what has become of it. */
export type DeadLetterRecordRow = {
  clusterId: string;
  topicId: string;
  partition: number;
  offset: bigint;
  at: Date;
  keyText: string | null;
  valueBytes: number | null;
  contentHash: string;
  convention: Convention;
  originTopic: string | null;
  originPartition: number | null;
  originOffset: bigint | null;
  originAt: Date | null;
  originGroup: string | null;
  originProvenance: string;
  hopTopic: string | null;
  hopPartition: number | null;
  hopOffset: bigint | null;
  exceptionClass: string | null;
  exceptionMessage: string | null;
  topFrame: string | null;
  attempts: number | null;
  fingerprint: string;
  verdict: FailureVerdict;
  lineageRoot: string;
  pointer: boolean;
  disposition: Disposition;
  replayId: string | null;
};

export type RecordFilter = {
  fingerprint?: string | undefined;
  disposition?: Disposition | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  matching?: FilterAt | undefined;
};

const cursorOf = Prisma.sql`
  LEFT JOIN index_cursor c ON c.cluster_id = d.cluster_id AND c.topic_id = d.topic_id AND c.partition = d.partition`;

/** `d` is the dead letter, `x` its disposition, `c` the cursor of its partition. */
export const joined = Prisma.sql`
  FROM dead_letter d
  LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
    AND x.partition = d.partition AND x."offset" = d."offset" ${cursorOf}`;

/**
 * The disposition of a dead letter, to be joined laterally: looked up by its key, for each. Joined otherwise, all dispositions of the topic were gone through for
 * each letter while the planner did not know yet how many a plan had just written.
 */
export const dispositionOf = (letter: Prisma.Sql): Prisma.Sql => Prisma.sql`(
    SELECT o.disposition, o.replay_id, o.at FROM dead_letter_disposition o WHERE o.cluster_id = ${letter}.cluster_id
      AND o.topic_id = ${letter}.topic_id AND o.partition = ${letter}.partition AND o."offset" = ${letter}."offset" OFFSET 0)`;

/** As `joined`, for no more letters than a limit says. */
export const joinedOneByOne = Prisma.sql`
  FROM dead_letter d LEFT JOIN LATERAL ${dispositionOf(Prisma.sql`d`)} x ON TRUE ${cursorOf}`;

/** A row below the log start is history: it is shown when asked for, and in no count. */
export const inLog = Prisma.sql`(c.log_start IS NULL OR d."offset" >= c.log_start)`;
export const isOpen = Prisma.sql`(x.disposition IS NULL OR x.disposition = 'open')`;

export const recordColumns = Prisma.sql`
  d.cluster_id AS "clusterId", d.topic_id AS "topicId", d.partition, d."offset", d.at, d.key_text AS "keyText",
  d.value_bytes AS "valueBytes", d.content_hash AS "contentHash", d.convention, d.origin_topic AS "originTopic",
  d.origin_partition AS "originPartition", d.origin_offset AS "originOffset", d.origin_at AS "originAt",
  d.origin_group AS "originGroup", d.origin_provenance AS "originProvenance", d.hop_topic AS "hopTopic",
  d.hop_partition AS "hopPartition", d.hop_offset AS "hopOffset", d.exception_class AS "exceptionClass",
  d.exception_message AS "exceptionMessage", d.top_frame AS "topFrame", d.attempts, d.fingerprint, d.verdict,
  d.lineage_root AS "lineageRoot", d.pointer, coalesce(x.disposition, 'open') AS disposition, x.replay_id AS "replayId"`;

export function filtered(place: { clusterId: string; topicId: string }, filter: RecordFilter): Prisma.Sql {
  const parts = [Prisma.sql`d.cluster_id = ${place.clusterId} AND d.topic_id = ${place.topicId}`];
  if (filter.fingerprint !== undefined) parts.push(Prisma.sql`d.fingerprint = ${filter.fingerprint}`);
  if (filter.disposition !== undefined)
    parts.push(Prisma.sql`coalesce(x.disposition, 'open') = ${filter.disposition}`);
  if (filter.from) parts.push(Prisma.sql`d.at >= ${filter.from}::timestamptz`);
  if (filter.to) parts.push(Prisma.sql`d.at < ${filter.to}::timestamptz`);
  if (filter.matching) parts.push(filterSql(filter.matching));
  return Prisma.join(parts, ' AND ');
}
