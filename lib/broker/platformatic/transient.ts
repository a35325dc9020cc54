import { findErrorBy } from '@platformatic/kafka';

/** Answers after which the broker has done nothing yet and will soon be able to. */
const transientCodes = [
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
];

export const isTransient = (error: unknown): boolean =>
  error instanceof Error && transientCodes.some((code) => findErrorBy(error, 'apiId', code) !== null);
