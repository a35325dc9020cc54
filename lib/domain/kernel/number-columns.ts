type NumberColumn = { readonly length: number; set(values: never): void };

/**
 * Columns of numbers (typed arrays) with twice the room, and what they had: for more rows than fit into memory as objects.
 * @param empty makes columns of so many rows
 */
export function doubled<Columns extends Readonly<Record<string, NumberColumn>>>(
  columns: Columns,
  rows: number,
  empty: (rows: number) => Columns,
): Columns {
  const larger = empty(2 * rows);
  for (const [name, column] of Object.entries(columns)) larger[name]?.set(column as never);
  return larger;
}
