const firstWaitMs = 5_000;
const longestWaitMs = 15 * 60_000;

/** A notification that nobody took for so long is given up. */
export const giveUpAfterMs = 24 * 3_600_000;

/** How long to wait after the nth failed attempt (1-based): doubling from 5 s to 15 min, or longer when the endpoint asked for it. */
export function retryWaitMs(attempts: number, askedMs: number | null): number {
  const own = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(20, Math.max(0, attempts - 1)));
  return Math.max(own, Math.min(askedMs ?? 0, 3_600_000));
}
