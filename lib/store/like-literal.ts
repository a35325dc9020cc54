/** The text for a LIKE or ILIKE pattern, with what would be wildcards escaped. */
export const likeLiteral = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
