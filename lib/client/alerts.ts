import { queryOptions } from '@tanstack/react-query';
import type { EndpointView, NotificationView } from '#lib/contract/alerts.ts';
import { apiFetch, type Page } from './api.ts';

export const endpointsQuery = () =>
  queryOptions({
    queryKey: ['notifications', 'endpoints'],
    queryFn: ({ signal }) =>
      apiFetch<Page<EndpointView>>('/notifications/endpoints', { query: { limit: 500 }, signal }),
    staleTime: 30_000,
  });

export const deliveriesQuery = () =>
  queryOptions({
    queryKey: ['notifications', 'log'],
    queryFn: ({ signal }) =>
      apiFetch<Page<NotificationView>>('/notifications', { query: { limit: 20 }, signal }),
    refetchInterval: 5000,
  });

export const sendTest = (endpoint: string) =>
  apiFetch<NotificationView>('/notifications/test', { method: 'POST', body: { endpoint } });
