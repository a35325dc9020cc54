import type pg from 'pg';
import type { ManifestSummary } from '#lib/domain/replays/replay.ts';

/** What can only be said of a staged set as a whole. */
export type StagedFacts = Pick<
  ManifestSummary,
  'records' | 'keys' | 'oldestAt' | 'newestAt' | 'partitions'
> & {
  /** Of what is sent on. */
  missingOrigins: number;
  maxAttempt: number;
  retried: number;
  /** Lineage roots of these, the oldest first: at most `mostRetriedRoots`. */
  retriedRoots: readonly string[];
  /** Key and value equal to those of another record of the set. */
  duplicates: number;
  /** Keys of the set that have a newer open dead letter outside of it. */
  newerKeys: number;
  /** Records that are sent on although an earlier one of their key is diverted. */
  behindDiverted: number;
  /** The oldest of the times at which a key was staged last; null when no record has a key. */
  oldestKeyAt: Date | null;
};

type Numbers = {
  records: number;
  oldest: Date | null;
  newest: Date | null;
  missing: number;
  most: number | null;
  retried: number;
  contents: number;
  diverted: number;
};

/** So many roots are asked about; of more than these the outcome of earlier attempts stands as that of a part. */
export const mostRetriedRoots = 20_000;

/** What is diverted is no attempt: it has the number of those before. */
const wasSent = '(attempt > 1 OR (diverted IS NOT NULL AND attempt > 0))';

/** From here on a plan is better joined than looked up key by key. */
const manyRecords = 10_000;

/** `topic` is the source's name: a record without origin stands in the sending order where its own coordinate would. */
export type StagedPlace = { clusterId: string; topicId: string; topic: string; replayId: string };

/**
 * Of what is sent on, the partition count that the topics of all origins share; null when they differ, or one is not known or has fewer than its origin says.
 * @param partitionsOf partition count by topic, of every topic of the cluster
 */
export async function sharedOriginPartitions(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  partitionsOf: ReadonlyMap<string, number>,
): Promise<number | null> {
  const { rows } = await client.query<{ n: number | null }>(
    `SELECT DISTINCT CASE WHEN r.most < t.n THEN t.n END AS n
     FROM (SELECT origin_topic, max(coalesce(origin_partition, 2147483647)) AS most FROM plan_record
       WHERE plan_id = $1 AND diverted IS NULL GROUP BY 1) r
     LEFT JOIN unnest($2::text[], $3::int[]) AS t(topic, n) ON t.topic = r.origin_topic`,
    [id, [...partitionsOf.keys()], [...partitionsOf.values()]],
  );
  return rows.length === 1 ? (rows[0]?.n ?? null) : null;
}

/** Answers over the records staged under `id`; nothing but counts leaves the database. */
export async function stagedFacts(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  place: StagedPlace,
): Promise<StagedFacts> {
  const numbers = await client.query<Numbers>(
    `SELECT count(*)::int AS records, min(at) AS oldest, max(at) AS newest,
       count(*) FILTER (WHERE origin_topic IS NULL AND diverted IS NULL)::int AS missing, max(attempt) AS most,
       count(*) FILTER (WHERE ${wasSent})::int AS retried, count(DISTINCT carried)::int AS contents,
       count(diverted)::int AS diverted
     FROM plan_record WHERE plan_id = $1`,
    [id],
  );
  const [all] = numbers.rows;
  if (!all) throw new Error('Counting what a plan has staged answered nothing.');
  const partitions = await client.query<{ partition: number; first: string; last: string; records: number }>(
    `SELECT partition, min("offset") AS first, max("offset") AS last, count(*)::int AS records
     FROM plan_record WHERE plan_id = $1 GROUP BY partition ORDER BY partition`,
    [id],
  );
  const retried = await client.query<{ root: string }>(
    `SELECT lineage_root AS root FROM plan_record WHERE plan_id = $1 AND ${wasSent}
     ORDER BY at, partition, "offset" LIMIT ${mostRetriedRoots}`,
    [id],
  );
  const keys = await client.query<{ keys: number; oldest: Date | null }>(
    `SELECT count(*)::int AS keys, min(newest) AS oldest
     FROM (SELECT max(at) AS newest FROM plan_record WHERE plan_id = $1 AND key_hash IS NOT NULL GROUP BY key_hash) k`,
    [id],
  );
  return {
    records: all.records,
    keys: keys.rows[0]?.keys ?? 0,
    oldestAt: all.oldest?.toISOString() ?? null,
    newestAt: all.newest?.toISOString() ?? null,
    partitions: partitions.rows,
    missingOrigins: all.missing,
    maxAttempt: Math.max(1, all.most ?? 1),
    retried: all.retried,
    retriedRoots: retried.rows.map((row) => row.root),
    duplicates: all.records - all.contents,
    newerKeys: await newerKeys(client, id, place, all.records),
    behindDiverted: all.diverted === 0 ? 0 : await behindDiverted(client, id, place.topic),
    oldestKeyAt: keys.rows[0]?.oldest ?? null,
  };
}

async function newerKeys(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  { clusterId, topicId, replayId }: StagedPlace,
  records: number,
): Promise<number> {
  // Staged in this transaction, so the planner has no statistics of it and would look up a million keys one by one.
  const many = records > manyRecords;
  if (many) await client.query('SET LOCAL enable_nestloop = off');
  // The index of keys has the beginnings of their hashes; without looking anything up there, they would only be compared twice.
  const byIndex = many ? '' : 'left(d.key_hash, 12) = left(k.hash, 12) AND';
  const found = await client.query<{ n: number }>(
    `SELECT count(DISTINCT d.key_hash)::int AS n FROM dead_letter d
     JOIN (SELECT key_hash AS hash, max(at) AS newest FROM plan_record WHERE plan_id = $1 AND key_hash IS NOT NULL GROUP BY 1) k
       ON ${byIndex} d.key_hash = k.hash AND d.at > k.newest
     LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
       AND x.partition = d.partition AND x."offset" = d."offset"
     WHERE d.cluster_id = $2 AND d.topic_id = $3
       AND (x.disposition IS NULL OR x.disposition IN ('open', 'came_back')
         OR (x.disposition = 'in_replay' AND x.replay_id <> $4))`,
    [id, clusterId, topicId, replayId],
  );
  await client.query('SET LOCAL enable_nestloop = on');
  return found.rows[0]?.n ?? 0;
}

/** By the sending order (`compareSendingOrder`). */
async function behindDiverted(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  topic: string,
): Promise<number> {
  const order = (of: string) =>
    `coalesce(${of}.origin_topic, $2) COLLATE "C", coalesce(${of}.origin_partition, ${of}.partition), coalesce(${of}.origin_offset, ${of}."offset"),
      ${of}.partition, ${of}."offset"`;
  const found = await client.query<{ n: number }>(
    `WITH first AS (
       SELECT DISTINCT ON (d.key_hash) d.* FROM plan_record d
       WHERE d.plan_id = $1 AND d.diverted IS NOT NULL AND d.key_hash IS NOT NULL ORDER BY d.key_hash, ${order('d')}
     )
     SELECT count(*)::int AS n FROM plan_record r JOIN first f ON f.key_hash = r.key_hash
     WHERE r.plan_id = $1 AND r.diverted IS NULL AND (${order('r')}) > (${order('f')})`,
    [id, topic],
  );
  return found.rows[0]?.n ?? 0;
}
