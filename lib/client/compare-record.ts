import { queryOptions } from '@tanstack/react-query';
import type { RecordComparison } from '#lib/contract/compare-record.ts';
import { apiFetch, segment } from './api.ts';

export type RecordPlace = { cluster: string; topic: string; partition: number; offset: string };

/** Reads another record too, and is audited: asked once, and only on demand. */
export const recordComparisonQuery = ({ cluster, topic, partition, offset }: RecordPlace) =>
  queryOptions({
    queryKey: ['dead-letter-comparison', cluster, topic, partition, offset],
    queryFn: ({ signal }) =>
      apiFetch<RecordComparison>(
        `/dead-letters/${segment(cluster)}/${segment(topic)}/records/${partition}/${segment(offset)}/compare`,
        { signal },
      ),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
