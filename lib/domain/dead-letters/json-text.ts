import { validText } from './header-encoding.ts';

const parseableMax = 4 * 1024 * 1024;

/** Any JSON value with the text that it was written in; null for anything else, and for more than 4 MiB. */
export function jsonOfAny(bytes: Uint8Array): { text: string; json: unknown } | null {
  if (bytes.length === 0 || bytes.length > parseableMax) return null;
  const text = validText(bytes);
  if (text === null) return null;
  try {
    return { text, json: JSON.parse(text) };
  } catch {
    return null; // Not JSON: the answer, not an error.
  }
}
