import type { Database, Stores } from '#lib/store/database.ts';
import { isStatementTimeout } from '#lib/store/failure.ts';

/** An incident that has everything is still told within two seconds: each source is read up to here, and what is left out is said. */
export const most = {
  auditLines: 2000,
  groupEvents: 500,
  alertEvents: 1000,
  markers: 200,
  groups: 20,
  topics: 20,
  failures: 50,
  replays: 50,
  /** Dead letters of one topic that are looked at one by one. */
  letters: 100_000,
} as const;

/** One statement, all sources being read beside each other. */
const statementMs = 1200;

/** The span that joins. */
export type Span = { from: Date; to: Date };

/** What is read in time; null when the database ended it, which is then a gap. */
export async function inTime<T>(
  database: Pick<Database, 'within'>,
  work: (stores: Stores) => Promise<T>,
): Promise<T | null> {
  try {
    return await database.within(statementMs, work);
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}
