import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import type { GroupCursor } from '#lib/store/dead-letter-groups.ts';
import { type DeadLetterDeps, masksOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { failureGroupView, histogramOf } from './dead-letter-views.ts';
import { requireFilter } from './require-filter.ts';

export type FailureFilter = {
  disposition?: Disposition | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  filter?: string | undefined;
};

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const steps = [
  secondMs,
  5 * secondMs,
  15 * secondMs,
  30 * secondMs,
  minuteMs,
  2 * minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
];
const bucketsMax = 60;

/** Steps that people count in, at most 60 of them over the span. Times are milliseconds since the epoch. */
export function timeAxis(fromMs: number, toMs: number): { first: number; last: number; stepMs: number } {
  const count = (stepMs: number) => Math.floor(toMs / stepMs) - Math.floor(fromMs / stepMs) + 1;
  const days = dayMs * Math.ceil((toMs - fromMs) / dayMs / (bucketsMax - 1) || 1);
  const stepMs = steps.find((step) => count(step) <= bucketsMax) ?? days;
  return { first: Math.floor(fromMs / stepMs), last: Math.floor(toMs / stepMs), stepMs };
}

/**
 * Failure groups, most open first, all on one time axis; counted is what the filter leaves.
 * @throws SluiceError not_found, forbidden, bad_request
 */
export async function listFailureGroups(
  deps: DeadLetterDeps,
  principal: Principal,
  of: TopicRef,
  { filter: text, ...rest }: FailureFilter,
  page: { limit: number; after: GroupCursor | null },
): Promise<{ items: FailureGroup[]; next: GroupCursor | null }> {
  const topic = await requireTopic(deps, principal, of);
  const masks = masksOf(deps.config, topic);
  const now = deps.clock();
  const wanted = text === undefined ? null : requireFilter(principal, text, { ...topic, masks });
  const filter = { ...rest, matching: wanted ? { condition: wanted.condition, now } : undefined };
  const { deadLetterGroups } = deps.database.stores;
  const rows = await deadLetterGroups.failureGroups(topic, filter, { ...page, limit: page.limit + 1 }, now);
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  const span = await deadLetterGroups.span(topic, filter);
  const axis = span
    ? timeAxis(span.first.getTime(), span.last.getTime())
    : { first: 0, last: -1, stepMs: dayMs };
  const counts = await deadLetterGroups.histogram(
    topic,
    filter,
    shown.map((row) => row.fingerprint),
    axis.stepMs,
  );
  const byGroup = Map.groupBy(counts, (each) => each.fingerprint);
  const states = await deps.database.stores.failureStates.of(topic, deps.clock());
  const stateOf = new Map(states.map((state) => [state.fingerprint, state]));
  return {
    items: shown.map((row) =>
      failureGroupView(
        row,
        histogramOf(byGroup.get(row.fingerprint) ?? [], axis),
        masks,
        stateOf.get(row.fingerprint),
      ),
    ),
    next: last ? { open: last.open, count: last.count, fingerprint: last.fingerprint } : null,
  };
}
