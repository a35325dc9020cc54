import type { BrokenPart } from '../broken.ts';
import type { Transaction } from './transaction.ts';

/** How a store's method reaches the database: one statement, one round trip; in its own transaction or in the one it is bound to. */
export type Statements = {
  run<T>(what: string, effect: (rows: Transaction) => T): Promise<T>;
  /** The database's own time. */
  now(): number;
  date(): Date;
  broken: BrokenPart | null;
};
