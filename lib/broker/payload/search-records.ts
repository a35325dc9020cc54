import { type Masks, parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { searchPayload } from '#lib/domain/dead-letters/payload-search.ts';
import { viewPayloads } from '#lib/domain/dead-letters/record-view.ts';
import { recordBytes } from '#lib/domain/kernel/record.ts';
import type { SchemaRegistry } from '#lib/registry/port.ts';
import type { ClusterConnection } from '../port/cluster.ts';
import { BrokerFailure } from '../port/failure.ts';
import { type FetchAnswer, unreadableAt } from '../port/reader.ts';
import type { SearchRequest, SearchView } from './protocol.ts';
import { namesSchema, readSchemas } from './read-schemas.ts';

/** Held decoded: with what it may expand to it stays far below what the child has. */
const fetchBytesMax = 256 * 1024;

/** Null when nothing is at or after the offset, or the log starts after it. */
export async function fetchFrom(
  { reader }: Pick<ClusterConnection, 'reader'>,
  { topicId, partition }: Pick<SearchRequest, 'topicId' | 'partition'>,
  offset: bigint,
): Promise<FetchAnswer | null> {
  try {
    const answer = await reader.fetch({
      ...{ topicId, partition, offset },
      maxBytes: fetchBytesMax,
      isolation: 'read_committed',
    });
    return answer.nextOffset > offset ? answer : null;
  } catch (error) {
    if (error instanceof BrokerFailure && error.kind === 'offset_out_of_range') return null;
    throw error;
  }
}

/** Whatever time is left: a registry that answers in this way is waited for. */
const decodingMinMs = 500;

/** What an answer says about those of the offsets that it covers, one after the other, at least one, as long as there is time. */
async function settle(
  view: SearchView,
  covered: readonly bigint[],
  answer: FetchAnswer,
  { masks, registry, search, until }: Looking,
): Promise<void> {
  const records = new Map(answer.records.map((record) => [record.offset, record]));
  for (const offset of covered) {
    const record = records.get(offset);
    if (record) {
      const leftMs = Math.max(decodingMinMs, until - performance.now());
      const asked = { masks, withPayload: true, contract: null };
      const schemas = namesSchema(record) ? await readSchemas(registry, record, asked, leftMs) : undefined;
      const searched = searchPayload(viewPayloads(record, masks, schemas), search);
      if (searched.match) view.found.push({ offset, match: searched.match });
      for (const why of ['partly', 'withheld', 'undecoded'] as const) view[why] += searched[why] ? 1 : 0;
    } else if (unreadableAt(answer, offset)) view.unreadable += 1;
    else view.gone += 1;
    view.settled += 1;
    if (performance.now() >= until) return;
  }
}

type Looking = {
  masks: Masks;
  registry: SchemaRegistry | null;
  search: SearchRequest['search'];
  /** Of `performance.now()`. */
  until: number;
};

/**
 * Looks into the records at exactly these offsets, decoded where they name a schema, masked first. What lies between them is fetched where it shares a batch, and not looked into.
 * @param registry null where the cluster declares none
 * @throws BrokerFailure
 */
export async function searchRecords(
  cluster: Pick<ClusterConnection, 'reader'>,
  registry: SchemaRegistry | null,
  request: SearchRequest,
): Promise<SearchView> {
  const until = performance.now() + request.maxMs;
  const looking: Looking = { masks: parseMasks(request.mask), registry, search: request.search, until };
  const view: SearchView = {
    settled: 0,
    bytes: 0,
    found: [],
    gone: 0,
    unreadable: 0,
    partly: 0,
    withheld: 0,
    undecoded: 0,
  };
  while (view.settled < request.offsets.length) {
    const rest = request.offsets.slice(view.settled);
    const first = rest[0] ?? 0n;
    const answer = await fetchFrom(cluster, request, first);
    if (answer === null) {
      view.gone += 1;
      view.settled += 1;
    } else {
      const end = rest.findIndex((offset) => offset >= answer.nextOffset);
      const covered = end === -1 ? rest : rest.slice(0, end);
      view.bytes += answer.records.reduce((sum, record) => sum + recordBytes(record), 0);
      await settle(view, covered, answer, looking);
    }
    if (view.bytes >= request.maxBytes || performance.now() >= until) break;
  }
  return view;
}
