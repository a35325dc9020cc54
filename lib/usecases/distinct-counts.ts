import type { DistinctCount } from '#lib/store/dead-letter-distinct.ts';
import type { FailurePlace } from '#lib/store/failure-states.ts';
import type { DeadLetterDeps } from './dead-letter-access.ts';

/** Distinct keys and lineages and when they were counted. */
export type Distinct = { keys: number; lineages: number; at: Date };
/** By topic id and fingerprint; a null fingerprint is the whole topic. What is not known is not in it. */
export type DistinctCounts = { of(topicId: string, fingerprint: string | null): Distinct | null };

/** So many rows are counted while somebody waits, of all topics together. */
const liveRowsMost = 20_000;
/** The worker's count is taken for so long, and told with its time: where records fail all the time, every reader would count all rows every few seconds. */
const freshMs = 30_000;

/** The small ones, as many as may be counted at once. */
function fewest(topics: readonly { topicId: string; total: number }[]): string[] {
  let rows = 0;
  return [...topics]
    .sort((a, b) => a.total - b.total)
    .filter(({ total }) => {
      rows += total;
      return rows <= liveRowsMost;
    })
    .map((topic) => topic.topicId);
}

/**
 * Distinct keys and lineages of topics of a cluster: as the worker counted them where that still holds or is half a minute old at most, else
 * counted now where that is quick, else as the worker last counted them.
 * @param topics with how many letters each has in the log
 * @param without failure groups that are not counted: of their topics only what is counted now is known
 */
export async function distinctCounts(
  { database }: Pick<DeadLetterDeps, 'database'>,
  clusterId: string,
  topics: readonly { topicId: string; total: number }[],
  without: readonly FailurePlace[],
  now: Date,
): Promise<DistinctCounts> {
  const { deadLetterDistinct } = database.stores;
  const narrowed = new Set(without.map((place) => place.topicId));
  const ids = topics.map((topic) => topic.topicId).filter((topicId) => !narrowed.has(topicId));
  const counted = await deadLetterDistinct.counted(clusterId, ids);
  const isCurrent = ({ countedAt }: DistinctCount) =>
    countedAt === null || now.getTime() - countedAt.getTime() <= freshMs;
  const current = new Set(counted.filter(isCurrent).map((each) => each.topicId));
  const live = fewest(topics.filter((topic) => !current.has(topic.topicId)));
  const fresh = await deadLetterDistinct.count(clusterId, live, without);
  const byPlace = new Map<string, Distinct>();
  const keyOf = (topicId: string, fingerprint: string | null) => JSON.stringify([topicId, fingerprint]);
  const take = ({ topicId, fingerprint, keys, lineages, countedAt }: DistinctCount) =>
    byPlace.set(keyOf(topicId, fingerprint), { keys, lineages, at: countedAt ?? now });
  for (const each of counted) take(each);
  for (const each of fresh) take(each);
  return { of: (topicId, fingerprint) => byPlace.get(keyOf(topicId, fingerprint)) ?? null };
}
