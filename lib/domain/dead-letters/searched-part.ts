/** Which of a record is searched; apart from the search itself, which browsers have no use for. */
export const searchedParts = ['any', 'key', 'value'] as const;
export type SearchedPart = (typeof searchedParts)[number];
