import { queryOptions } from '@tanstack/react-query';
import type { FlowSheet } from '#lib/contract/flow-sheet.ts';
import type { FlowDiff, FlowVersionView } from '#lib/contract/flow-versions.ts';
import { apiFetch, type Page, segment } from './api.ts';

export const flowSheetQuery = (flow: string, hash: string | null) =>
  queryOptions({
    queryKey: ['flows', 'sheet', flow, hash],
    queryFn: ({ signal }) =>
      apiFetch<FlowSheet>(`/flows/${segment(flow)}/sheet`, { query: { hash }, signal }),
    refetchInterval: 30_000,
  });

export const flowVersionsQuery = (flow: string) =>
  queryOptions({
    queryKey: ['flows', 'versions', flow],
    queryFn: ({ signal }) => apiFetch<Page<FlowVersionView>>(`/flows/${segment(flow)}/versions`, { signal }),
    refetchInterval: 60_000,
  });

export const flowDiffQuery = (flow: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['flows', 'diff', flow, from, to],
    queryFn: ({ signal }) =>
      apiFetch<FlowDiff>(`/flows/${segment(flow)}/diff`, { query: { from, to }, signal }),
  });
