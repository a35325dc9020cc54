import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { GroupEventView } from '#lib/contract/group-events.ts';
import { apiFetch, type Page, segment } from './api.ts';
import { liveMs } from './live-interval.ts';

/** What happened to one group, newest first, a page at a time. */
export const groupEventsQuery = (cluster: string, group: string, limit = 25) =>
  infiniteQueryOptions({
    queryKey: ['lag', cluster, 'events', group, limit],
    queryFn: ({ signal, pageParam }) =>
      apiFetch<Page<GroupEventView>>(`/clusters/${segment(cluster)}/groups/${segment(group)}/events`, {
        query: { limit, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    // Once someone pages back, the newest lines wait: rows must not move under the eye.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : liveMs(5000)()),
  });

/** Groups whose members were all replaced: deploys, as Kafka shows them. */
export const membersReplacedQuery = () =>
  queryOptions({
    queryKey: ['lag', 'members-replaced'],
    queryFn: ({ signal }) =>
      apiFetch<Page<GroupEventView>>('/group-events', {
        query: { kind: 'members_replaced', limit: 25 },
        signal,
      }),
    refetchInterval: liveMs(10_000),
  });

/** What belongs on a time axis: everything that happened to its group, or of all groups that their members were replaced. */
export const groupMarksQuery = (
  of: { cluster: string; group: string } | null,
  range: { from: string; to?: string; limit: number },
) =>
  queryOptions({
    queryKey: ['group-marks', of?.cluster, of?.group, range.from, range.to],
    queryFn: ({ signal }) =>
      apiFetch<Page<GroupEventView>>(
        of === null ? '/group-events' : `/clusters/${segment(of.cluster)}/groups/${segment(of.group)}/events`,
        { query: { ...range, ...(of === null ? { kind: 'members_replaced' } : {}) }, signal },
      ),
    refetchInterval: range.to === undefined ? liveMs(10_000) : false,
    placeholderData: keepPreviousData,
  });
