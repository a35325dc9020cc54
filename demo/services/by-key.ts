/**
 * Runs `work` for every item, at most `limit` at once, items of one key one after the other in their order. Results
 * stand in the order of the items. Fails with the first error, after all that had begun has ended.
 */
export async function mapByKey<Item, Result>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const lanes = new Map<string, number[]>();
  for (const [index, item] of items.entries())
    lanes.set(keyOf(item), [...(lanes.get(keyOf(item)) ?? []), index]);
  const waiting = [...lanes.values()];
  const results = new Map<number, Result>();
  const errors: unknown[] = [];
  const runner = async () => {
    for (let lane = waiting.shift(); lane && errors.length === 0; lane = waiting.shift())
      for (const index of lane) {
        const item = items[index];
        if (item !== undefined) results.set(index, await work(item));
      }
  };
  await Promise.all(
    Array.from({ length: Math.min(limit, waiting.length) }, () =>
      runner().catch((error: unknown) => {
        errors.push(error);
      }),
    ),
  );
  if (errors.length > 0) throw errors[0];
  return items.flatMap((_, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}
