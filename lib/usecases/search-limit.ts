import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { Database, Stores } from '#lib/store/database.ts';
import { isStatementTimeout } from '#lib/store/failure.ts';

/** Longer than a search over a million rows takes, shorter than anybody waits. */
const searchMs = 10_000;

/** Reads what has to look at rows one by one, within a time limit. @throws SluiceError `search_too_slow` */
export async function withinSearchLimit<T>(
  database: Pick<Database, 'within'>,
  work: (stores: Stores) => Promise<T>,
  statementMs = searchMs,
): Promise<T> {
  try {
    return await database.within(statementMs, work);
  } catch (error) {
    if (!isStatementTimeout(error)) throw error;
    throw new SluiceError(
      'search_too_slow',
      `The search was ended after ${statementMs / 1000} s: too few of too many dead letters fit. Narrow it by time or failure group, or compare fields instead of looking into texts.`,
      { cause: error },
    );
  }
}
