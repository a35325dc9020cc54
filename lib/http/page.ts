import { SluiceError } from '#lib/domain/kernel/errors.ts';

/** An opaque cursor that holds the last key of a page. */
export const cursorOf = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');

/** The key in a cursor; null for the first page. @throws SluiceError `bad_request` when it does not have the expected form */
export function cursorKey(cursor: string | undefined, form: RegExp): string | null {
  if (cursor === undefined) return null;
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!form.test(key))
    throw new SluiceError('bad_request', 'query.cursor is not one that this list gave out.');
  return key;
}

/** Cuts one more than `limit` rows into a page and its cursor. */
export function pageOf<T, V>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => string,
  view: (row: T) => V,
) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null,
  };
}
