import type pg from 'pg';

/** What is said of the keys of a staged set, by the records beside it. */
export type StagedKeys = {
  keys: number;
  /** The oldest of the times at which a key was staged last; null when no record has a key. */
  oldestKeyAt: Date | null;
  /** Keys of the set that have a newer open dead letter outside of it. */
  newerKeys: number;
  /** Records that are sent on although an earlier one of their key is diverted. */
  behindDiverted: number;
};

/** From here on a plan is better joined than looked up key by key. */
const manyRecords = 10_000;

/** `topic` is the source's name: a record without origin stands in the sending order where its own coordinate would. */
export type StagedPlace = { clusterId: string; topicId: string; topic: string; replayId: string };

/** How many there are, and how many of them are diverted. */
export type StagedNumbers = { records: number; diverted: number };

/** Answers over the keys of the records staged under `id`; nothing but counts leaves the database. */
export async function stagedKeys(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  place: StagedPlace,
  { records, diverted }: StagedNumbers,
): Promise<StagedKeys> {
  const keys = await newerKeys(client, id, place, records);
  return { ...keys, behindDiverted: diverted === 0 ? 0 : await behindDiverted(client, id, place) };
}

async function newerKeys(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  { clusterId, topicId, replayId }: StagedPlace,
  records: number,
): Promise<Omit<StagedKeys, 'behindDiverted'>> {
  // Staged in this transaction, so the planner has no statistics of it and would look up a million keys one by one.
  const many = records > manyRecords;
  if (many) await client.query('SET LOCAL enable_nestloop = off');
  // The index of keys has the beginnings of their hashes; without looking anything up there, they would only be compared twice.
  const byIndex = many ? '' : 'left(d.key_hash, 12) = left(k.hash, 12) AND';
  const found = await client.query<Omit<StagedKeys, 'behindDiverted'>>(
    `WITH k AS MATERIALIZED (
       SELECT key_hash AS hash, max(at) AS newest FROM plan_record WHERE plan_id = $1 AND key_hash IS NOT NULL GROUP BY key_hash)
     SELECT (SELECT count(*)::int FROM k) AS keys, (SELECT min(newest) FROM k) AS "oldestKeyAt",
       (SELECT count(DISTINCT d.key_hash)::int FROM dead_letter d JOIN k ON ${byIndex} d.key_hash = k.hash AND d.at > k.newest
         LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
           AND x.partition = d.partition AND x."offset" = d."offset"
         WHERE d.cluster_id = $2 AND d.topic_id = $3
           AND (x.disposition IS NULL OR x.disposition IN ('open', 'came_back')
             OR (x.disposition = 'in_replay' AND x.replay_id <> $4))) AS "newerKeys"`,
    [id, clusterId, topicId, replayId],
  );
  await client.query('SET LOCAL enable_nestloop = on');
  const [counted] = found.rows;
  if (!counted) throw new Error('Counting the keys that a plan has staged answered nothing.');
  return counted;
}

/** By the sending order (`compareSendingOrder`). */
async function behindDiverted(
  client: Pick<pg.ClientBase, 'query'>,
  id: string,
  { clusterId, topicId, topic }: StagedPlace,
): Promise<number> {
  const found = await client.query<{ n: number }>(
    `WITH stopped AS (SELECT DISTINCT key_hash FROM plan_record WHERE plan_id = $1 AND diverted IS NOT NULL AND key_hash IS NOT NULL),
     placed AS MATERIALIZED (
       SELECT r.key_hash, r.diverted IS NOT NULL AS stops, ROW(CASE WHEN o.known THEN d.origin_topic ELSE $4 END COLLATE "C",
         CASE WHEN o.known THEN d.origin_partition ELSE r.partition END, CASE WHEN o.known THEN d.origin_offset ELSE r."offset" END,
         r.partition, r."offset") AS place
       FROM plan_record r JOIN stopped USING (key_hash)
       LEFT JOIN dead_letter d ON d.topic_id = $3 AND d.partition = r.partition AND d."offset" = r."offset" AND d.cluster_id = $2
       CROSS JOIN LATERAL (SELECT num_nulls(d.origin_topic, d.origin_partition, d.origin_offset) = 0 AS known) o
       WHERE r.plan_id = $1),
     first AS (SELECT DISTINCT ON (key_hash) key_hash, place FROM placed WHERE stops ORDER BY key_hash, place)
     SELECT count(*)::int AS n FROM placed r JOIN first f USING (key_hash) WHERE NOT r.stops AND r.place > f.place`,
    [id, clusterId, topicId, topic],
  );
  return found.rows[0]?.n ?? 0;
}
