import type { FailureGroup } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Disposition } from '#lib/domain/dead-letters/disposition.ts';
import { searchedMost } from '#lib/domain/dead-letters/searched-most.ts';
import type { Database } from '#lib/store/database.ts';
import type { FailureGroupRow, GroupCursor, StepCount } from '#lib/store/dead-letter-groups.ts';
import type { RecordFilter } from '#lib/store/dead-letter-rows.ts';
import type { TopicRow } from '#lib/store/dead-letters.ts';
import { type DeadLetterDeps, masksOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { failureGroupView, histogramOf } from './dead-letter-views.ts';
import { type Distinct, distinctCounts } from './distinct-counts.ts';
import { requireFilter } from './require-filter.ts';
import { withinSearchLimit } from './search-limit.ts';
import { type Axis, timeAxis } from './time-axis.ts';

export type SearchDeps = Omit<DeadLetterDeps, 'database'> & { database: Pick<Database, 'stores' | 'within'> };

export type FailureFilter = {
  disposition?: Disposition | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  filter?: string | undefined;
};

type Page = { limit: number; after: GroupCursor | null };
/** Failure groups as they were counted, each with its place on a time axis that all share. */
type Counted = {
  rows: readonly FailureGroupRow[];
  distinctOf: (row: FailureGroupRow) => Distinct | null;
  axis: Axis;
  steps: readonly StepCount[];
  atLeast: boolean;
};

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
/** So many letters are counted by the second. */
const bySecondMost = 20_000;
/** So many are counted by the minute however long they took to arrive; more only within half a day, or there would be too many minutes to add up. */
const byMinuteMost = 200_000;
const byMinuteMs = 12 * hourMs;

function finestStep(span: { first: Date; last: Date; count: number } | null): number {
  if (!span || span.count <= bySecondMost) return secondMs;
  const lastedMs = span.last.getTime() - span.first.getTime();
  return span.count > byMinuteMost && lastedMs > byMinuteMs ? hourMs : minuteMs;
}

/** What a topic's letters span, by all of its failure groups; null when there is none. */
function spanOf(rows: readonly FailureGroupRow[]): { first: Date; last: Date; count: number } | null {
  if (rows.length === 0) return null;
  return {
    first: new Date(Math.min(...rows.map((row) => row.firstAt.getTime()))),
    last: new Date(Math.max(...rows.map((row) => row.lastAt.getTime()))),
    count: rows.reduce((sum, row) => sum + row.count, 0),
  };
}

async function countedAll(deps: SearchDeps, topic: TopicRow, page: Page, now: Date): Promise<Counted> {
  const { deadLetterGroups } = deps.database.stores;
  const rows = await deadLetterGroups.failureGroups(topic, page, now);
  // All groups together say it, and most topics have few: adding up the whole topic once more is for those of several pages.
  const all = page.after === null && rows.length < page.limit;
  const span = all ? spanOf(rows) : await deadLetterGroups.span(topic);
  const total = span?.count ?? 0;
  const axis = timeAxis(span, finestStep(span));
  const fingerprints = rows.map((row) => row.fingerprint);
  const [steps, distinct] = await Promise.all([
    deadLetterGroups.histogram(topic, fingerprints, axis.stepMs),
    distinctCounts(deps, topic.clusterId, [{ topicId: topic.topicId, total }], [], now),
  ]);
  const distinctOf = (row: FailureGroupRow) => distinct.of(topic.topicId, row.fingerprint);
  return { rows, distinctOf, axis, steps, atLeast: false };
}

async function countedMatching(
  deps: SearchDeps,
  topic: TopicRow,
  filter: RecordFilter,
  page: Page,
  now: Date,
): Promise<Counted> {
  const { groups, span, atLeast } = await withinSearchLimit(deps.database, (stores) =>
    stores.deadLetterMatches.failureGroups(topic, filter, page, searchedMost, now),
  );
  const axis = timeAxis(span, secondMs);
  const found = new Map(groups.map((group) => [group.fingerprint, group]));
  const steps = groups.flatMap(({ fingerprint, times }) => {
    const counts = Map.groupBy(times, (ms) => Math.floor(ms / axis.stepMs));
    return [...counts].map(([step, { length: count }]) => ({ fingerprint, step: BigInt(step), count }));
  });
  const distinctOf = ({ fingerprint }: FailureGroupRow) => {
    const group = found.get(fingerprint);
    return group ? { keys: group.keys, lineages: group.lineages, at: now } : null;
  };
  return { rows: groups, distinctOf, axis, steps, atLeast };
}

/**
 * Failure groups, most open first, all on one time axis. Without a filter all letters in the log are counted; with one, what it leaves of the
 * newest, which is all of it unless it says `atLeast`.
 * @throws SluiceError not_found, forbidden, bad_request, search_too_slow
 */
export async function listFailureGroups(
  deps: SearchDeps,
  principal: Principal,
  of: TopicRef,
  { filter: text, ...rest }: FailureFilter,
  page: Page,
): Promise<{ items: FailureGroup[]; next: GroupCursor | null; atLeast: boolean }> {
  const topic = await requireTopic(deps, principal, of);
  const masks = masksOf(deps.config, topic);
  const now = deps.clock();
  const wanted = text === undefined ? null : requireFilter(principal, text, { ...topic, masks });
  const matching = wanted ? { condition: wanted.condition, now } : undefined;
  const more = { ...page, limit: page.limit + 1 };
  const narrowed = matching !== undefined || Object.values(rest).some((value) => value !== undefined);
  const [{ rows, distinctOf, axis, steps, atLeast }, states] = await Promise.all([
    narrowed
      ? countedMatching(deps, topic, { ...rest, matching }, more, now)
      : countedAll(deps, topic, more, now),
    deps.database.stores.failureStates.of(topic, now),
  ]);
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  const byGroup = Map.groupBy(steps, (each) => each.fingerprint);
  const stateOf = new Map(states.map((state) => [state.fingerprint, state]));
  return {
    items: shown.map((row) =>
      failureGroupView(
        row,
        distinctOf(row),
        histogramOf(byGroup.get(row.fingerprint) ?? [], axis),
        masks,
        stateOf.get(row.fingerprint),
      ),
    ),
    next: last ? { open: last.open, count: last.count, fingerprint: last.fingerprint } : null,
    atLeast,
  };
}
