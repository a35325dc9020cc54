import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AlertView } from '#lib/contract/alerts.ts';
import type { IncidentDetail, IncidentView, ThingInput } from '#lib/contract/incidents.ts';
import { apiFetch, type Page, queryText, segment } from './api.ts';
import { liveMs } from './live-interval.ts';

export type IncidentSpan = { from: string | null; to: string | null };

const path = (id: string) => `/incidents/${segment(id)}`;

export const incidentPagesQuery = (state: IncidentView['state'] | null) =>
  infiniteQueryOptions({
    queryKey: ['incidents', 'list', state],
    queryFn: ({ pageParam, signal }) =>
      apiFetch<Page<IncidentView>>('/incidents', { query: { state, cursor: pageParam, limit: 50 }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: liveMs(10_000),
  });

/** What joins an open incident by itself is read again; a closed one stands still. */
export const incidentQuery = (id: string, span: IncidentSpan) =>
  queryOptions({
    queryKey: ['incidents', 'one', id, span],
    queryFn: ({ signal }) => apiFetch<IncidentDetail>(path(id), { query: span, signal }),
    refetchInterval: ({ state }) => (state.data?.kept === true ? false : 10_000),
  });

export const alertsQuery = () =>
  queryOptions({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => apiFetch<Page<AlertView>>('/alerts', { query: { limit: 100 }, signal }),
    refetchInterval: 5000,
  });

export const openIncident = (
  body: { title: string; about: ThingInput[]; lookBackMs: number },
  idempotencyKey: string,
) => apiFetch<IncidentView>('/incidents', { method: 'POST', body, idempotencyKey });

/** Those that something can be added to: the newest that are open. */
export const openIncidentsQuery = () =>
  queryOptions({
    queryKey: ['incidents', 'open'],
    queryFn: ({ signal }) =>
      apiFetch<Page<IncidentView>>('/incidents', { query: { state: 'open', limit: 100 }, signal }),
  });

export const addToIncident = (id: string, about: ThingInput[], idempotencyKey: string) =>
  apiFetch<IncidentView>(`${path(id)}/about`, { method: 'POST', body: { about }, idempotencyKey });

export type IncidentAct = { verb: 'notes'; text: string } | { verb: 'close' | 'reopen'; reason: string };

export function actOnIncident(id: string, act: IncidentAct, idempotencyKey: string): Promise<IncidentView> {
  const { verb, ...body } = act;
  return apiFetch<IncidentView>(`${path(id)}/${verb}`, { method: 'POST', body, idempotencyKey });
}

/** Where a browser gets the incident as a file. */
export const incidentExportHref = (id: string, format: 'md' | 'json', span: IncidentSpan): string =>
  `/api/v1${path(id)}/export${queryText({ ...span, format })}`;
