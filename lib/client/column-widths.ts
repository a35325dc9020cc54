const key = 'sluice-columns';

type Kept = Record<string, Record<string, unknown>>;

/** Of a table there may be several sets: which columns it has depends on how wide the window is. */
const setOf = (ids: readonly string[]) => ids.join(' ');

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    return {}; // Storage is blocked or holds something else: widths are as the browser makes them.
  }
}

/** What this browser keeps for just these columns of a table; unknown whether it is of use. */
export const keptWidths = (table: string, ids: readonly string[]): unknown =>
  read()[table]?.[setOf(ids)] ?? null;

/** Keeps widths for just these columns of a table; null forgets them. A browser that refuses storage forgets them on reload. */
export function keepWidths(
  table: string,
  ids: readonly string[],
  shares: Readonly<Record<string, number>> | null,
): void {
  const kept = read();
  const { [setOf(ids)]: _was, ...others } = kept[table] ?? {};
  kept[table] = shares === null ? others : { ...others, [setOf(ids)]: shares };
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Blocked storage: they hold until the page is left.
  }
}
