type Points = readonly (readonly [number, number])[];

/** A smooth line through the points; each piece leaves and arrives level, so that it runs from left to right. */
export function edgePath(points: Points): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let [x, y] = first;
  let path = `M${x} ${y}`;
  for (const [toX, toY] of rest) {
    const middle = (x + toX) / 2;
    path += y === toY ? `H${toX}` : `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
    [x, y] = [toX, toY];
  }
  return path;
}

/** A head of six pixels that ends in a point. */
export const arrowHead = ([x, y]: readonly [number, number], to: 'right' | 'left'): string =>
  to === 'right'
    ? `M${x - 7} ${y - 4}L${x} ${y}L${x - 7} ${y + 4}z`
    : `M${x + 7} ${y - 4}L${x} ${y}L${x + 7} ${y + 4}z`;
