import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AttentionItem, MarkerView, SelfHealth } from '#lib/contract/home.ts';
import { apiFetch, type Page } from './api.ts';
import { liveMs } from './live-interval.ts';

export const attentionQuery = () =>
  queryOptions({
    queryKey: ['attention'],
    queryFn: ({ signal }) => apiFetch<Page<AttentionItem>>('/attention', { query: { limit: 100 }, signal }),
    refetchInterval: liveMs(3000),
  });

export const selfQuery = () =>
  queryOptions({
    queryKey: ['self'],
    queryFn: ({ signal }) => apiFetch<SelfHealth>('/self', { signal }),
    refetchInterval: 2000,
  });

export const markersQuery = (range: { from?: string; to?: string; limit?: number } = {}) =>
  queryOptions({
    queryKey: ['markers', range],
    queryFn: ({ signal }) => apiFetch<Page<MarkerView>>('/markers', { query: range, signal }),
    refetchInterval: liveMs(10_000),
    // A span that moves is another query every half minute: the marks stay where they are meanwhile, and so does the focus on one.
    placeholderData: keepPreviousData,
  });
