type Size = { width: number; height: number };

/** Somewhat wider than high: pages scroll down, not sideways. */
const wantedRatio = 1.5;
const gap = 40;
const columnsMost = 24;

/** The widest first, column by column to about the same height: a column is as wide as its first. */
function inColumns(sizes: readonly Size[], columns: number) {
  const sorted = [...sizes].sort((a, b) => b.width - a.width || b.height - a.height);
  const target = sorted.reduce((sum, { height }) => sum + height + gap, 0) / columns;
  const places = new Map<Size, [number, number]>();
  let [left, top, width, height] = [0, 0, 0, 0];
  for (const size of sorted) {
    if (top > 0 && top + size.height / 2 > target) [left, top] = [width + gap, 0];
    places.set(size, [left, top]);
    width = Math.max(width, left + size.width);
    height = Math.max(height, top + size.height);
    top += size.height + gap;
  }
  return { width, height, places };
}

/** Boxes in as many columns as make the whole most like a screen. Places are in the order of the boxes. Deterministic. */
export function packColumns(sizes: readonly Size[]): Size & { places: [number, number][] } {
  if (sizes.length === 0) return { width: 0, height: 0, places: [] };
  const strain = ({ width, height }: Size) => Math.abs(Math.log(width / Math.max(1, height) / wantedRatio));
  const tries = Array.from({ length: Math.min(sizes.length, columnsMost) }, (_, at) =>
    inColumns(sizes, at + 1),
  );
  const best = tries.reduce((kept, next) => (strain(next) < strain(kept) ? next : kept));
  return {
    width: best.width,
    height: best.height,
    places: sizes.map((size) => best.places.get(size) ?? [0, 0]),
  };
}
