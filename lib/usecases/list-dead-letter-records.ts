import { authorize, can } from '#lib/auth/authorize.ts';
import type { ListedDeadLetter } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import type { Database } from '#lib/store/database.ts';
import type { RecordFilter } from '#lib/store/dead-letter-rows.ts';
import type { RecordCursor, TopicRow } from '#lib/store/dead-letters.ts';
import { type DeadLetterDeps, masksOf, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { recordRowView } from './dead-letter-views.ts';
import type { SearchDeps } from './list-failure-groups.ts';
import { readExcerpts } from './read-excerpts.ts';
import { requireFilter } from './require-filter.ts';
import { withinSearchLimit } from './search-limit.ts';

export type RecordSearch = Omit<RecordFilter, 'matching'> & {
  q?: string | undefined;
  filter?: string | undefined;
};

/**
 * What a person may search and see of a topic's rows. Without the payload permission keys are neither shown nor searched; where masks are
 * declared, messages are searched only with it. A filter on what may not be seen is refused. @throws SluiceError forbidden, bad_request
 */
export function recordSearch(
  deps: Pick<DeadLetterDeps, 'config' | 'clock'>,
  principal: Principal,
  topic: TopicRow,
  { q, filter: text, ...rest }: RecordSearch,
) {
  const masks = masksOf(deps.config, topic);
  const payloads = can(principal, 'payload.read', { cluster: topic.cluster, flow: topic.flow });
  const masked = masks.headers.size > 0;
  const wanted = text === undefined ? null : requireFilter(principal, text, { ...topic, masks });
  const filter = {
    ...rest,
    matching: wanted ? { condition: wanted.condition, now: deps.clock() } : undefined,
    text: q,
    searchKeys: payloads,
    searchMessages: payloads || !masked,
  };
  return { filter, masks, payloads };
}

/**
 * Index rows, newest first, as `recordSearch` lets see them; with the beginning of each value where that is asked for and the flow lets it be kept,
 * audited before it is shown.
 * @throws SluiceError not_found, forbidden, bad_request, search_too_slow, audit_unavailable
 */
export async function listDeadLetterRecords(
  deps: SearchDeps & { database: Pick<Database, 'transact'> },
  principal: Principal,
  of: TopicRef,
  search: RecordSearch,
  page: { limit: number; after: RecordCursor | null; excerpts?: boolean },
): Promise<{ items: ListedDeadLetter[]; next: RecordCursor | null }> {
  const topic = await requireTopic(deps, principal, of);
  if (page.excerpts) authorize(principal, 'payload.read', { cluster: topic.cluster, flow: topic.flow });
  const { filter, masks, payloads } = recordSearch(deps, principal, topic, search);
  const rows = await withinSearchLimit(deps.database, (stores) =>
    stores.deadLetters.listRecords(topic, filter, { after: page.after, limit: page.limit + 1 }),
  );
  const shown = rows.slice(0, page.limit);
  const excerpts = page.excerpts ? await readExcerpts(deps, principal, topic, shown) : null;
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return {
    items: shown.map((row) => ({
      ...recordRowView(row, masks, payloads),
      excerpt: excerpts?.get(`${row.partition}:${row.offset}`) ?? null,
    })),
    next: last ? { at: last.at, partition: last.partition, offset: last.offset } : null,
  };
}
