import { queryOptions } from '@tanstack/react-query';
import type { FlowChecks, FlowView } from '#lib/contract/flows.ts';
import { apiFetch, type Page, segment } from './api.ts';

export const flowsQuery = () =>
  queryOptions({
    queryKey: ['flows', 'list'],
    queryFn: ({ signal }) => apiFetch<Page<FlowView>>('/flows', { query: { limit: 500 }, signal }),
    refetchInterval: 30_000,
  });

export const flowQuery = (name: string) =>
  queryOptions({
    queryKey: ['flows', 'one', name],
    queryFn: ({ signal }) => apiFetch<FlowView>(`/flows/${segment(name)}`, { signal }),
    refetchInterval: 30_000,
  });

export const flowChecksQuery = (name: string) =>
  queryOptions({
    queryKey: ['flows', 'checks', name],
    queryFn: ({ signal }) => apiFetch<FlowChecks>(`/flows/${segment(name)}/checks`, { signal }),
    refetchInterval: 10_000,
  });
