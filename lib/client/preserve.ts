import { queryOptions } from '@tanstack/react-query';
import type { LettersPreserved, PreserveBody } from '#lib/contract/preserve.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { apiFetch, segment } from './api.ts';
import type { TopicPlace } from './dead-letter-acts.ts';

const path = ({ cluster, topic }: TopicPlace) =>
  `/dead-letters/${segment(cluster)}/${segment(topic)}/preserve`;

/** What would be copied now, where to, and whether that is safe: read live from Kafka. Nothing is changed, and nothing taken from a cache. */
export const preservePreviewQuery = (place: TopicPlace, selection: SelectionInput) =>
  queryOptions({
    queryKey: ['preserve-preview', place.cluster, place.topic, selection],
    queryFn: ({ signal }) =>
      apiFetch<LettersPreserved>(path(place), {
        method: 'POST',
        body: { selection, dryRun: true } satisfies PreserveBody,
        asks: true,
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

/** Begins to copy exactly what was looked at, or nothing. */
export const preserveLetters = (
  place: TopicPlace,
  body: Required<Pick<PreserveBody, 'selection' | 'reason' | 'expect'>>,
  idempotencyKey: string,
) => apiFetch<LettersPreserved>(path(place), { method: 'POST', body, idempotencyKey });
