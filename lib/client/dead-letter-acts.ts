import { queryOptions } from '@tanstack/react-query';
import type { DecideBody, FailureStateView, LettersDecided } from '#lib/contract/dead-letter-acts.ts';
import type { ExportFormat } from '#lib/contract/dead-letters.ts';
import type { SelectionInput } from '#lib/contract/replays.ts';
import { apiFetch, queryText, segment } from './api.ts';
import type { RecordFilter } from './dead-letters.ts';

export type LetterVerb = 'dismiss' | 'reopen';
export type TopicPlace = { cluster: string; topic: string };

const base = ({ cluster, topic }: TopicPlace) => `/dead-letters/${segment(cluster)}/${segment(topic)}`;

/** What a verb would change now, by count and digest; nothing is changed. Asked anew each time, and never taken from a cache. */
export const decisionPreviewQuery = (place: TopicPlace, verb: LetterVerb, selection: SelectionInput) =>
  queryOptions({
    queryKey: ['dead-letter-decision', place.cluster, place.topic, verb, selection],
    queryFn: ({ signal }) =>
      apiFetch<LettersDecided>(`${base(place)}/${verb}`, {
        method: 'POST',
        body: { selection, dryRun: true } satisfies DecideBody,
        asks: true,
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

/** Changes exactly what was looked at, or nothing. */
export const decideLetters = (
  place: TopicPlace,
  verb: LetterVerb,
  body: Required<Pick<DecideBody, 'selection' | 'reason' | 'expect'>>,
  idempotencyKey: string,
) => apiFetch<LettersDecided>(`${base(place)}/${verb}`, { method: 'POST', body, idempotencyKey });

/** What can be done about a failure group; `end` takes it back. */
export type FailureAct =
  | { noun: 'mute'; until: string; reason: string }
  | { noun: 'snooze'; until: string }
  | { noun: 'claim'; takeOver: boolean }
  | { noun: 'mute' | 'snooze' | 'claim'; end: true };

export function actOnFailure(
  place: TopicPlace,
  fingerprint: string,
  act: FailureAct,
): Promise<FailureStateView> {
  const { noun, ...body } = act;
  const path = `${base(place)}/failures/${segment(fingerprint)}/${noun}`;
  return 'end' in act
    ? apiFetch<FailureStateView>(path, { method: 'DELETE' })
    : apiFetch<FailureStateView>(path, { method: 'POST', body });
}

/** Where a browser gets the rows that the filter leaves as a file. */
export const exportHref = (place: TopicPlace, filter: RecordFilter, format: ExportFormat): string =>
  `/api/v1${base(place)}/export${queryText({ ...filter, format })}`;
