import { queryOptions } from '@tanstack/react-query';
import type { WhatIfAnswer, WhatIfBody } from '#lib/contract/what-if.ts';
import { apiFetch, segment } from './api.ts';

export const whatIfPath = (cluster: string, group: string): string =>
  `/clusters/${segment(cluster)}/groups/${segment(group)}/what-if`;

/** One question to Kafka's offsets of that moment: asked once, and again only when someone wants it. */
export const whatIfQuery = (cluster: string, group: string, body: WhatIfBody) =>
  queryOptions({
    queryKey: ['what-if', cluster, group, body],
    queryFn: ({ signal }) =>
      apiFetch<WhatIfAnswer>(whatIfPath(cluster, group), { method: 'POST', body, signal, asks: true }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
