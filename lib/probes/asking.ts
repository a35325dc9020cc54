import type { Asking, ProbeAnswer } from './port.ts';

/** After so many failures in a row the other side is taken for gone: asking on would only take its last breath. */
const failuresMax = 5;

/** The other side did not answer the question; `message` says why, without the key. */
export class ProbeFailure extends Error {}

export type AskSome = (
  keys: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, ProbeAnswer>>;

/**
 * Asks in bites, some at a time, each under its own clock and all under one budget. Once the budget is used up, or too many bites in a row
 * have failed, the rest is unknown without being asked.
 */
export function beginAsking(
  limits: { timeoutMs: number; atOnce: number; budgetMs: number; biteKeys: number },
  askSome: AskSome,
): Asking {
  const budget = AbortSignal.timeout(limits.budgetMs);
  let failuresInARow = 0;
  let lastFailure = '';

  const whyNot = (): string | null => {
    if (failuresInARow >= failuresMax)
      return `the probe failed ${failuresMax} times in a row: ${lastFailure}`;
    return budget.aborted ? `the probe's time of ${limits.budgetMs} ms was used up` : null;
  };
  const all = (keys: readonly string[], why: string) =>
    new Map<string, ProbeAnswer>(keys.map((key) => [key, { kind: 'unknown', why }]));

  async function bite(keys: readonly string[]): Promise<ReadonlyMap<string, ProbeAnswer>> {
    const refused = whyNot();
    if (refused !== null) return all(keys, refused);
    const clock = AbortSignal.timeout(limits.timeoutMs);
    try {
      const answers = await askSome(keys, AbortSignal.any([clock, budget]));
      failuresInARow = 0;
      return answers;
    } catch (error) {
      const why = clock.aborted
        ? `no answer within ${limits.timeoutMs} ms`
        : (whyNot() ?? (error as Error).message);
      failuresInARow += 1;
      lastFailure = why;
      return all(keys, why);
    }
  }

  return {
    async ask(keys) {
      const wanted = [...new Set(keys)];
      const answers = new Map<string, ProbeAnswer>();
      let next = 0;
      const run = async () => {
        while (next < wanted.length) {
          const some = wanted.slice(next, next + limits.biteKeys);
          next += some.length;
          const found = await bite(some);
          for (const key of some)
            answers.set(
              key,
              found.get(key) ?? { kind: 'unknown', why: 'the probe left it out of its answer' },
            );
        }
      };
      await Promise.all(Array.from({ length: limits.atOnce }, run));
      return answers;
    },
  };
}
