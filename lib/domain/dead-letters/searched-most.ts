/** A narrowed search looks at no more dead letters than these, the newest, and says when there are more. */
export const searchedMost = 10_000;
