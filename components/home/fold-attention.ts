import type { AttentionItem } from '#lib/contract/home.ts';

/**
 * The order of "Needs you": as the API ranks it, but what is about the same thing, or likely follows from it, is drawn in directly below
 * the first line about it. The thing is its `resource`; a trouble of the cluster stands above the groups that follow from it.
 */
export function foldAttention<Item extends Pick<AttentionItem, 'resource' | 'follows'>>(
  items: readonly Item[],
): { item: Item; folded: boolean }[] {
  const there = new Set(items.map((item) => item.resource));
  const groups = new Map<string, { causes: Item[]; others: Item[] }>();
  for (const item of items) {
    // The cause may be beyond the page that was read: then the item stands for itself.
    const cause = item.follows !== undefined && there.has(item.follows) ? item.follows : null;
    const about = cause ?? item.resource;
    const group = groups.get(about) ?? { causes: [], others: [] };
    groups.set(about, group);
    (cause === null ? group.causes : group.others).push(item);
  }
  return [...groups.values()].flatMap(({ causes, others }) =>
    [...causes, ...others].map((item, index) => ({ item, folded: index > 0 })),
  );
}
