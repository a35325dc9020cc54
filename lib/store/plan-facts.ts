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

/** `topic` is the source's name: a record without origin stands in the sending order where its own coordinate would. */
export type StagedPlace = { clusterId: string; topicId: string; topic: string; replayId: string };

/** How many there are, and how many of them are diverted. */
export type StagedNumbers = { records: number; diverted: number };

/** Answers over the keys of the records staged under `id`; nothing but counts leaves the database. */
export async function stagedKeys(
  client: Pick<pg.ClientBase, 'query'>,
  id: number,
  place: StagedPlace,
  { records, diverted }: StagedNumbers,
): Promise<StagedKeys> {
  const way = records < manyRecords ? 'lookup' : wayThrough(records, await lettersOf(client, place));
  const keys = await keysBy(way, client, id, place);
  return { ...keys, behindDiverted: diverted === 0 ? 0 : await behindDiverted(client, id, place) };
}

/**
 * How keys are held against those of the topic's letters. Staged a moment ago, the planner has no statistics of the records: it is told. `lookup` asks for each
 * key; `join` goes through all letters of the topic; `group` does so too, with their keys beside those of the records: two thirds of the time of a join where
 * most are of the plan, and memory for every key of the topic.
 */
export type KeysWay = 'lookup' | 'join' | 'group';
const manyRecords = 10_000;
const wayThrough = (records: number, letters: number): KeysWay => (2 * records < letters ? 'join' : 'group');

/** How many letters the topic has, by their sums. */
async function lettersOf(
  client: Pick<pg.ClientBase, 'query'>,
  { clusterId, topicId }: StagedPlace,
): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `SELECT coalesce(sum(m.n), 0)::int AS n FROM dead_letter_kind k CROSS JOIN LATERAL (
       SELECT n FROM dead_letter_minute WHERE kind = k.id UNION ALL SELECT n FROM dead_letter_hour WHERE kind = k.id
       UNION ALL SELECT n FROM dead_letter_delta WHERE kind = k.id) m
     WHERE k.cluster_id = $1 AND k.topic_id = $2`,
    [clusterId, topicId],
  );
  return rows[0]?.n ?? 0;
}

/** Open letters `d`, and what another replay has. */
const stillOpen = `LEFT JOIN dead_letter_disposition x ON x.cluster_id = d.cluster_id AND x.topic_id = d.topic_id
    AND x.partition = d.partition AND x."offset" = d."offset"
  WHERE d.cluster_id = $2 AND d.topic_id = $3 AND (x.disposition IS NULL OR x.disposition IN ('open', 'came_back')
    OR (x.disposition = 'in_replay' AND x.replay_id <> $4))`;

const keysJoined = (condition: string) => `
  WITH k AS MATERIALIZED (
    SELECT key_digest AS digest, max(at) AS newest FROM plan_record WHERE plan_id = $1 AND key_digest IS NOT NULL GROUP BY 1)
  SELECT (SELECT count(*)::int FROM k) AS keys, (SELECT min(newest) FROM k) AS "oldestKeyAt",
    (SELECT count(DISTINCT k.digest)::int FROM dead_letter d
      JOIN k ON ${condition} left(d.key_hash, 32)::uuid = k.digest AND d.at > k.newest ${stillOpen}) AS "newerKeys"`;

const keysIn: Readonly<Record<KeysWay, string>> = {
  // The index of keys has the beginnings of their hashes; without looking anything up there, they would only be compared twice.
  lookup: keysJoined(`left(d.key_hash, 12) = left(translate(k.digest::text, '-', ''), 12) AND`),
  join: keysJoined(''),
  group: `
    SELECT count(*)::int AS keys, min(newest) AS "oldestKeyAt", (count(*) FILTER (WHERE newest_open > newest))::int AS "newerKeys"
    FROM (
      SELECT max(at) FILTER (WHERE staged) AS newest, max(at) FILTER (WHERE NOT staged) AS newest_open FROM (
        SELECT key_digest AS digest, at, TRUE AS staged FROM plan_record WHERE plan_id = $1 AND key_digest IS NOT NULL
        UNION ALL SELECT left(d.key_hash, 32)::uuid, d.at, FALSE FROM dead_letter d ${stillOpen} AND d.key_hash IS NOT NULL
      ) u GROUP BY digest
    ) k WHERE newest IS NOT NULL`,
};

/** What is said of the keys, whichever way they are gone through. */
export async function keysBy(
  way: KeysWay,
  client: Pick<pg.ClientBase, 'query'>,
  id: number,
  { clusterId, topicId, replayId }: StagedPlace,
): Promise<Omit<StagedKeys, 'behindDiverted'>> {
  if (way !== 'lookup') await client.query('SET LOCAL enable_nestloop = off');
  const found = await client.query<Omit<StagedKeys, 'behindDiverted'>>(keysIn[way], [
    id,
    clusterId,
    topicId,
    replayId,
  ]);
  await client.query('SET LOCAL enable_nestloop = on');
  const [counted] = found.rows;
  if (!counted) throw new Error('Counting the keys that a plan has staged answered nothing.');
  return counted;
}

/** By the sending order (`compareSendingOrder`). */
async function behindDiverted(
  client: Pick<pg.ClientBase, 'query'>,
  id: number,
  { clusterId, topicId, topic }: StagedPlace,
): Promise<number> {
  const found = await client.query<{ n: number }>(
    `WITH stopped AS (SELECT DISTINCT key_digest FROM plan_record WHERE plan_id = $1 AND diverted IS NOT NULL AND key_digest IS NOT NULL),
     placed AS MATERIALIZED (
       SELECT r.key_digest, r.diverted IS NOT NULL AS stops, ROW(CASE WHEN o.known THEN d.origin_topic ELSE $4 END COLLATE "C",
         CASE WHEN o.known THEN d.origin_partition ELSE r.partition END, CASE WHEN o.known THEN d.origin_offset ELSE r."offset" END,
         r.partition, r."offset") AS place
       FROM plan_record r JOIN stopped USING (key_digest)
       LEFT JOIN dead_letter d ON d.topic_id = $3 AND d.partition = r.partition AND d."offset" = r."offset" AND d.cluster_id = $2
       CROSS JOIN LATERAL (SELECT num_nulls(d.origin_topic, d.origin_partition, d.origin_offset) = 0 AS known) o
       WHERE r.plan_id = $1),
     first AS (SELECT DISTINCT ON (key_digest) key_digest, place FROM placed WHERE stops ORDER BY key_digest, place)
     SELECT count(*)::int AS n FROM placed r JOIN first f USING (key_digest) WHERE NOT r.stops AND r.place > f.place`,
    [id, clusterId, topicId, topic],
  );
  return found.rows[0]?.n ?? 0;
}
