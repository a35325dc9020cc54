import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import type {
  DeadLetterRecord,
  FailureGroupList,
  FilterCompletions,
  ListedDeadLetter,
} from '#lib/contract/dead-letters.ts';
import { apiFetch, type Page, segment } from './api.ts';
import { liveMs } from './live-interval.ts';

export type DeadLetterFilter = {
  disposition?: string | null;
  filter?: string | null;
  from?: string | null;
  to?: string | null;
};
export type RecordFilter = DeadLetterFilter & {
  fingerprint?: string | null;
  q?: string | null;
  cursor?: string | null;
  limit?: number;
};

const base = (cluster: string, topic: string) => `/dead-letters/${segment(cluster)}/${segment(topic)}`;

export const deadLetterTopicsQuery = () =>
  queryOptions({
    queryKey: ['dead-letters', 'topics'],
    queryFn: ({ signal }) =>
      apiFetch<Page<DeadLetterTopic>>('/dead-letters', { query: { limit: 500 }, signal }),
    refetchInterval: liveMs(3000),
  });

export const deadLetterTopicQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: ['dead-letters', cluster, topic, 'topic'],
    queryFn: ({ signal }) => apiFetch<DeadLetterTopic>(base(cluster, topic), { signal }),
    refetchInterval: liveMs(3000),
  });

/** Values that fit at this place of a filter, as the index has them. */
export const filterValuesQuery = (cluster: string, topic: string, text: string, at: number) =>
  queryOptions({
    queryKey: ['dead-letters', cluster, topic, 'filter-values', text, at],
    queryFn: ({ signal }) =>
      apiFetch<FilterCompletions>(`${base(cluster, topic)}/filter/suggest`, { query: { text, at }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const failureGroupsQuery = (cluster: string, topic: string, filter: DeadLetterFilter = {}) =>
  queryOptions({
    queryKey: ['dead-letters', cluster, topic, 'failures', filter],
    queryFn: ({ signal }) =>
      apiFetch<FailureGroupList>(`${base(cluster, topic)}/failures`, {
        query: { ...filter, limit: 500 },
        signal,
      }),
    refetchInterval: liveMs(3000),
    placeholderData: keepPreviousData,
  });

/**
 * All records that fit the filter, newest first, a page of 500 at a time. Only the first page is polled: who has read further down is
 * reading, and must not have rows move. With excerpts it is not polled at all: each reading of them is audited.
 */
export const deadLetterPagesQuery = (
  cluster: string,
  topic: string,
  filter: Omit<RecordFilter, 'cursor' | 'limit'>,
  excerpts = false,
) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', cluster, topic, 'pages', filter, excerpts],
    queryFn: ({ signal, pageParam }) =>
      apiFetch<Page<ListedDeadLetter>>(`${base(cluster, topic)}/records`, {
        query: { ...filter, limit: 500, cursor: pageParam, ...(excerpts ? { excerpts: 'true' } : {}) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    ...(excerpts ? { refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY } : {}),
    refetchInterval: (query) =>
      excerpts || (query.state.data?.pages.length ?? 0) > 1 ? false : liveMs(3000)(),
    /** Rows of another failure group must not stand under this one's name, not even for a moment. */
    placeholderData: (previous, query) =>
      (query?.queryKey[4] as RecordFilter | undefined)?.fingerprint === filter.fingerprint
        ? previous
        : undefined,
  });

/** Reading a payload is audited, so a record is read once and again only on demand. */
export const deadLetterRecordQuery = (cluster: string, topic: string, partition: number, offset: string) =>
  queryOptions({
    queryKey: ['dead-letter-record', cluster, topic, partition, offset],
    queryFn: ({ signal }) =>
      apiFetch<DeadLetterRecord>(`${base(cluster, topic)}/records/${partition}/${segment(offset)}`, {
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
