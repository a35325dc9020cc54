/**
 * Places spread evenly over `count`, the first and the last among them: all of them where there are no more than `most`.
 * Ascending, each once.
 */
export function spreadSample(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  if (taken <= 1) return taken === 1 ? [0] : [];
  return Array.from({ length: taken }, (_, at) => Math.floor((at * (count - 1)) / (taken - 1)));
}
