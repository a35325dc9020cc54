import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { DraftBody, pauseAllReplays, ReplayRecord, ReplayView } from '#lib/contract/replays.ts';
import type { ReviewVerdict } from '#lib/domain/replays/break-glass.ts';
import type { ReplayState } from '#lib/domain/replays/state.ts';
import { apiFetch, type Page, segment } from './api.ts';
import { liveMs } from './live-interval.ts';

export type ReplayListQuery = {
  state?: string | null;
  topic?: string | null;
  requester?: string | null;
  awaitingMe?: 'true' | null;
  cursor?: string | null;
  limit?: number;
};

/** Records may be moving now, or will as soon as someone resumes. */
export const activeStates = [
  'canary',
  'ramping',
  'paused',
  'completed',
  'verifying',
] as const satisfies readonly ReplayState[];
/** What "pause all" reaches. */
export const sendingStates = ['canary', 'ramping'] as const satisfies readonly ReplayState[];

export const replaysQuery = (query: ReplayListQuery = {}) =>
  queryOptions({
    queryKey: ['replays', 'list', query],
    queryFn: ({ signal }) => apiFetch<Page<ReplayView>>('/replays', { query, signal }),
    refetchInterval: liveMs(3000),
    placeholderData: keepPreviousData,
  });

export const activeReplaysQuery = () => replaysQuery({ state: activeStates.join(','), limit: 100 });

export const replayQuery = (id: string) =>
  queryOptions({
    queryKey: ['replays', 'one', id],
    queryFn: ({ signal }) => apiFetch<ReplayView>(`/replays/${segment(id)}`, { signal }),
    refetchInterval: liveMs(2000),
  });

/** The list a page at a time; only the first page is polled, so that rows don't move under who reads further down. */
export const replayPagesQuery = (query: Omit<ReplayListQuery, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['replays', 'pages', query],
    queryFn: ({ signal, pageParam }) =>
      apiFetch<Page<ReplayView>>('/replays', { query: { ...query, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: (each) => ((each.state.data?.pages.length ?? 0) > 1 ? false : liveMs(3000)()),
  });

/** Manifest entries with their outcomes in sending order, 500 at a time; read again while the replay can still change. */
export const replayRecordPagesQuery = (id: string, query: { outcome?: string | null }, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['replays', 'records', id, query],
    queryFn: ({ signal, pageParam }) =>
      apiFetch<Page<ReplayRecord>>(`/replays/${segment(id)}/records`, {
        query: { ...query, limit: 500, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: (each) => (live && (each.state.data?.pages.length ?? 0) <= 1 ? liveMs(3000)() : false),
  });

export const draftReplay = (body: DraftBody, idempotencyKey: string) =>
  apiFetch<ReplayView>('/replays', { method: 'POST', body, idempotencyKey });

export const editReplay = (id: string, body: Partial<Omit<DraftBody, 'cluster' | 'source'>>) =>
  apiFetch<ReplayView>(`/replays/${segment(id)}`, { method: 'PATCH', body });

/** The verbs of a replay with what each must say. */
export type ReplayAct =
  | { verb: 'plan' | 'submit' | 'withdraw' | 'start' }
  | { verb: 'pause' | 'resume'; reason?: string }
  | { verb: 'abort'; reason: string }
  | { verb: 'approve'; digest: string; policyVersion: number; comment?: string }
  | { verb: 'reject'; comment: string }
  | { verb: 'break-glass'; digest: string; policyVersion: number; reason: string }
  | { verb: 'review'; verdict: ReviewVerdict; comment: string };

/** For one attempt of one write; `crypto.randomUUID` is missing on plain http, random bytes are not. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/** One act on one replay; nothing is assumed to have happened until the API says so. */
export function actOnReplay(id: string, act: ReplayAct, idempotencyKey?: string): Promise<ReplayView> {
  const { verb, ...body } = act;
  return apiFetch<ReplayView>(`/replays/${segment(id)}/${verb}`, {
    method: 'POST',
    body,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
}

export const pauseAll = (reason: string) =>
  apiFetch<z.infer<NonNullable<typeof pauseAllReplays.answer>>>('/replays/pause-all', {
    method: 'POST',
    body: { reason },
  });
