import { type QueryKey, type UseQueryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ApiProblem, asProblem } from './api.ts';

/** What a page can know about one reading: exactly one of these. */
export type View<Data> =
  | { state: 'loading' }
  | { state: 'ready'; data: Data; readAt: number; problem: null }
  /** Reading again failed; this is the last that was read, and when (ms, browser's clock). */
  | { state: 'stale'; data: Data; readAt: number; problem: ApiProblem }
  | { state: 'denied' | 'missing' | 'failed'; problem: ApiProblem; retry: () => void };

/** What was last read, also when reading again failed; null before the first, and where it may not be read. */
export const lastRead = <Data>(view: View<Data>): Data | null =>
  view.state === 'ready' || view.state === 'stale' ? view.data : null;

/** Folds a query's result into a View. Last good data is kept over any failure but a refusal of permission. */
export function toView<Data>(result: UseQueryResult<Data, Error>): View<Data> {
  const problem = result.error ? asProblem(result.error) : null;
  const retry = () => void result.refetch();
  if (problem?.status === 403) return { state: 'denied', problem, retry };
  if (problem?.status === 404) return { state: 'missing', problem, retry };
  if (result.data !== undefined)
    return problem
      ? { state: 'stale', data: result.data, readAt: result.dataUpdatedAt, problem }
      : { state: 'ready', data: result.data, readAt: result.dataUpdatedAt, problem: null };
  return problem ? { state: 'failed', problem, retry } : { state: 'loading' };
}

export const useView = <Data, Key extends QueryKey>(
  options: UseQueryOptions<Data, Error, Data, Key>,
): View<Data> => toView(useQuery(options));
