import { BoundedCache } from './bounded-cache.ts';

/** Long enough for the questions that one page, plan or scan asks, short enough for a schema that was just registered. */
const keptForMs = 5000;
const kept = { entries: 500, size: 16 * 1024 * 1024 };

/**
 * Keeps answers that may change for 5 s, bounded; what is null or fails is asked again at once.
 * @param sizeOf what an answer counts for, in characters
 */
export function recentAnswers<T>(clock: () => number, sizeOf: (answer: T) => number) {
  const answers = new BoundedCache<{ answer: T; atMs: number }>(kept);
  return async (key: string, ask: () => Promise<T>): Promise<T> => {
    const found = answers.get(key);
    if (found && clock() - found.atMs < keptForMs) return found.answer;
    const answer = await ask();
    if (answer !== null) answers.set(key, { answer, atMs: clock() }, sizeOf(answer));
    return answer;
  };
}
