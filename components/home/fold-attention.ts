import type { AttentionItem } from '#lib/contract/home.ts';

/**
 * The order of "Needs you": as the API ranks it, but what is about the same thing is drawn in directly below the first line about it.
 * The thing is its `resource`.
 */
export function foldAttention<Item extends Pick<AttentionItem, 'resource'>>(
  items: readonly Item[],
): { item: Item; folded: boolean }[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const about = item.resource;
    const group = groups.get(about);
    if (group) group.push(item);
    else groups.set(about, [item]);
  }
  return [...groups.values()].flatMap((group) => group.map((item, index) => ({ item, folded: index > 0 })));
}
