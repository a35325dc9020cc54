/** `2026-11-26 02:41:07 UTC`: a time that reads the same everywhere. */
export const timeText = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** `1,240 dead letters`. */
export const counted = (count: number | bigint, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${BigInt(count) === 1n ? one : many}`;

/** `a, b and c`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The text as a sentence: with a full stop where it has none. */
export const sentence = (text: string): string => {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
};

/** What a person wrote, in quotes and on one line. */
export const quoted = (text: string): string => `“${text.replace(/\s+/g, ' ').trim()}”`;

/** Enough of a fingerprint to tell failure groups of one title apart; links and files have it whole. */
export const shortFingerprint = (fingerprint: string): string => fingerprint.slice(0, 8);
