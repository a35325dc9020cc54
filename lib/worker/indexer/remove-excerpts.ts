import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#lib/store/database.ts';
import type { Watch } from './watched.ts';

const rowsPerStep = 1000;
/** Between two steps, so that indexing comes first. */
const pauseMs = 20;
/** In one turn, of which there is one with each look at the topics. */
const stepsPerTurn = 20;

/**
 * Removes excerpts of what retention took, of flows that do not allow them any more, and those made under other masks, a little at a time.
 * @returns how many went
 */
export async function removeExcerpts(
  { stores }: Pick<Database, 'stores'>,
  { clusterId, topics }: Pick<Watch, 'clusterId' | 'topics'>,
  signal: AbortSignal,
): Promise<number> {
  const rules = new Map(
    topics.flatMap(({ topicId, excerpt }) => (excerpt ? [[topicId, excerpt.rule] as const] : [])),
  );
  const clear = [
    (most: number) => stores.deadLetterExcerpts.removeExpired(clusterId, most),
    ...(await stores.deadLetterExcerpts.stale(clusterId, rules)).map(
      (topicId) => (most: number) =>
        stores.deadLetterExcerpts.remove({ clusterId, topicId }, rules.get(topicId) ?? null, most),
    ),
  ];
  let removed = 0;
  let steps = 0;
  for (const remove of clear)
    for (let more = true; more; ) {
      if (signal.aborted || steps >= stepsPerTurn) return removed;
      steps += 1;
      const went = await remove(rowsPerStep);
      removed += went;
      more = went === rowsPerStep;
      if (more) await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // It ends with the signal.
    }
  return removed;
}
