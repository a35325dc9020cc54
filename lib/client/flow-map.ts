import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FlowMapView } from '#lib/contract/flow-map.ts';
import { apiFetch } from './api.ts';
import { liveMs } from './live-interval.ts';

export type MapQuery = { flow?: string | null; q?: string | null; parts?: 'all' | 'folded' | null };

/** What stands on every edge: read again with every event of lag, and every few seconds. */
export const flowMapQuery = (query: MapQuery) =>
  queryOptions({
    queryKey: ['lag', 'flow-map', query],
    queryFn: ({ signal }) => apiFetch<FlowMapView>('/flow-map', { query, signal }),
    refetchInterval: liveMs(5000),
    placeholderData: keepPreviousData,
  });
