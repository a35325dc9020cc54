/**
 * What bounds a filter: every one of them is refused with a message of its own before a row is looked at. Reading takes time in
 * proportion to the length, and the statement that is made of it time in proportion to rows × cost.
 */
export const filterLimits = {
  /** UTF-16 units. */
  length: 2000,
  /** Parentheses, brackets and negations inside one another. */
  depth: 24,
  /** Nodes of the syntax tree. */
  nodes: 300,
  /** Values of one `in [..]`. */
  listItems: 100,
  /** See cost.ts: about 60 µs a row. */
  cost: 1600,
} as const;
