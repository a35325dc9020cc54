import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AuditEventView, AuditHeadView } from '#lib/contract/audit.ts';
import { apiFetch, type Page } from './api.ts';
import { liveMs } from './live-interval.ts';

export type AuditFilter = {
  actor?: string | null;
  action?: string | null;
  outcome?: string | null;
  resource?: string | null;
  from?: string | null;
  to?: string | null;
};

/** All lines that fit the filter, newest first, a page at a time. */
export const auditQuery = (filter: AuditFilter, limit = 100) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', filter, limit],
    queryFn: ({ signal, pageParam }) =>
      apiFetch<Page<AuditEventView>>('/audit', { query: { ...filter, limit, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    // Once someone pages back, the newest lines wait: rows must not move under the eye.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : liveMs(5000)()),
  });

export const latelyQuery = (limit: number) =>
  queryOptions({
    queryKey: ['audit', 'lately', limit],
    queryFn: ({ signal }) => apiFetch<Page<AuditEventView>>('/audit', { query: { limit }, signal }),
    refetchInterval: liveMs(5000),
  });

/** Where a browser gets the whole log as a file. */
export const auditExportHref = '/api/v1/audit/export';

export const auditHeadQuery = () =>
  queryOptions({
    queryKey: ['audit', 'head'],
    queryFn: ({ signal }) => apiFetch<AuditHeadView>('/audit/head', { signal }),
    refetchInterval: liveMs(10_000),
  });
