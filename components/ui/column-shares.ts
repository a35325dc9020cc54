/** How much of the table's width each column has, by its id: 0.25 is a quarter. */
export type Shares = Readonly<Record<string, number>>;

/**
 * Moves the line between two neighbours; all other columns, and both together, stay as wide as they are. Neither becomes narrower than `least`, or than it
 * is already.
 * @param by to the right, as a share of the table
 */
export function moveLine(
  shares: Shares,
  { left, right }: { left: string; right: string },
  by: number,
  least: number,
): Shares {
  const [a, b] = [shares[left] ?? 0, shares[right] ?? 0];
  const lowest = Math.min(least, a) - a;
  const highest = b - Math.min(least, b);
  const moved = Math.min(highest, Math.max(lowest, by));
  return { ...shares, [left]: a + moved, [right]: b - moved };
}

/** What was kept, if it is about just these columns; null for anything else, however it came there. */
export function readShares(kept: unknown, ids: readonly string[]): Shares | null {
  if (typeof kept !== 'object' || kept === null) return null;
  const entries = new Map<string, unknown>(Object.entries(kept));
  const shares: [string, number][] = [];
  for (const id of ids) {
    const share = entries.get(id);
    if (typeof share !== 'number' || !(share > 0 && share <= 1)) return null;
    shares.push([id, share]);
  }
  return Object.fromEntries(shares);
}
