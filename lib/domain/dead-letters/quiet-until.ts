/** Quiet for longer is forgotten, not decided: then dismiss, or mute again. */
const quietMaxMs = 30 * 24 * 3_600_000;

/** Why something can't be quiet until then, as a sentence; null when it can. */
export function quietUntilProblem(until: Date, now: Date): string | null {
  const ms = until.getTime() - now.getTime();
  if (ms <= 0) return 'lies in the past';
  return ms > quietMaxMs ? 'lies more than 30 days ahead' : null;
}
