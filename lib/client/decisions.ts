import { queryOptions } from '@tanstack/react-query';
import type { RecordDecisions } from '#lib/contract/decisions.ts';
import { apiFetch } from './api.ts';

export type RecordQuery = { cluster: string; topic: string; partition: number; offset: string };

export const decisionsQuery = (record: RecordQuery) =>
  queryOptions({
    queryKey: ['decisions', record],
    queryFn: ({ signal }) => apiFetch<RecordDecisions>('/decisions', { query: record, signal }),
  });
