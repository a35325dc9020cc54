import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  DeadLetterRecord,
  DeadLetterRow,
  DeadLetterTopic,
  FailureGroup,
} from '#lib/contract/dead-letters.ts';
import { apiFetch, type Page, segment } from './api.ts';
import { liveMs } from './live-interval.ts';

export type DeadLetterFilter = {
  disposition?: string | null;
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

export const failureGroupsQuery = (cluster: string, topic: string, filter: DeadLetterFilter = {}) =>
  queryOptions({
    queryKey: ['dead-letters', cluster, topic, 'failures', filter],
    queryFn: ({ signal }) =>
      apiFetch<Page<FailureGroup>>(`${base(cluster, topic)}/failures`, {
        query: { ...filter, limit: 500 },
        signal,
      }),
    refetchInterval: liveMs(3000),
    placeholderData: keepPreviousData,
  });

export const deadLetterRecordsQuery = (cluster: string, topic: string, filter: RecordFilter = {}) =>
  queryOptions({
    queryKey: ['dead-letters', cluster, topic, 'records', filter],
    queryFn: ({ signal }) =>
      apiFetch<Page<DeadLetterRow>>(`${base(cluster, topic)}/records`, { query: filter, signal }),
    refetchInterval: liveMs(3000),
    placeholderData: keepPreviousData,
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
