/** Each item with its place, for lists where two may be equal and the place is the identity. */
export const placed = <Item>(items: readonly Item[]): { place: number; item: Item }[] =>
  items.map((item, place) => ({ place, item }));
