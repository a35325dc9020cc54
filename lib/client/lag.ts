import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ClusterView } from '#lib/contract/clusters.ts';
import type { GroupDetail, GroupView, History } from '#lib/contract/lag.ts';
import { apiFetch, type Page, segment } from './api.ts';
import { liveMs } from './live-interval.ts';

export type GroupListQuery = {
  q?: string | null;
  type?: string | null;
  status?: string | null;
  flow?: string | null;
  sort?: 'lag' | 'timeLag' | 'name' | 'status';
  order?: 'asc' | 'desc';
};

export const clustersQuery = () =>
  queryOptions({
    queryKey: ['clusters'],
    queryFn: ({ signal }) => apiFetch<Page<ClusterView>>('/clusters', { signal }),
    refetchInterval: liveMs(5000),
  });

/** The same list has one key, whether a default is named or left out. */
const withoutDefaults = (query: GroupListQuery): GroupListQuery =>
  Object.fromEntries(
    Object.entries(query).filter(
      ([name, value]) =>
        value && !(name === 'sort' && value === 'status') && !(name === 'order' && value === 'asc'),
    ),
  );

/** Consumer groups, worst first unless told otherwise. */
export const groupsQuery = (cluster: string, query: GroupListQuery = {}) =>
  queryOptions({
    queryKey: ['lag', cluster, 'groups', withoutDefaults(query)],
    queryFn: ({ signal }) =>
      apiFetch<Page<GroupView>>(`/clusters/${segment(cluster)}/groups`, {
        query: { sort: 'status', order: 'asc', ...query, limit: 500 },
        signal,
      }),
    refetchInterval: liveMs(2000),
    placeholderData: keepPreviousData,
  });

export const groupQuery = (cluster: string, group: string) =>
  queryOptions({
    queryKey: ['lag', cluster, 'group', group],
    queryFn: ({ signal }) =>
      apiFetch<GroupDetail>(`/clusters/${segment(cluster)}/groups/${segment(group)}`, { signal }),
    refetchInterval: liveMs(2000),
  });

/**
 * Lag over time: the group's total, or the partitions of one topic. Its key does not begin with `lag`, so that the stream of events, which comes
 * every other second, does not have days of history read again.
 */
export const groupHistoryQuery = (
  cluster: string,
  group: string,
  range: { from: string; to: string | null; topic: string | null; refetchMs: number },
) =>
  queryOptions({
    queryKey: ['lag-history', cluster, group, range.topic, range.from, range.to],
    queryFn: ({ signal }) =>
      apiFetch<History>(`/clusters/${segment(cluster)}/groups/${segment(group)}/history`, {
        query: {
          from: range.from,
          to: range.to,
          ...(range.topic === null ? { series: 'total' } : { topic: range.topic }),
        },
        signal,
      }),
    refetchInterval: range.to === null ? range.refetchMs : false,
    placeholderData: keepPreviousData,
  });
