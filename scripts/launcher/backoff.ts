/** How a part's life went so far. */
export type Deaths = { inARow: number };

/** A life at least this long was a good one: its end does not count with the deaths before. */
export const goodLifeMs = 10_000;
export const mostDeathsInARow = 8;

/**
 * What to do after a part died: start it again after a pause that doubles with each short life, or give up.
 * @param livedMs from its spawn to its end
 */
export function afterDeath(
  before: Deaths,
  livedMs: number,
): { deaths: Deaths; action: { kind: 'restart'; waitMs: number } | { kind: 'give_up' } } {
  const inARow = livedMs >= goodLifeMs ? 1 : before.inARow + 1;
  if (inARow >= mostDeathsInARow) return { deaths: { inARow }, action: { kind: 'give_up' } };
  return { deaths: { inARow }, action: { kind: 'restart', waitMs: Math.min(500 * 2 ** (inARow - 1), 5000) } };
}
