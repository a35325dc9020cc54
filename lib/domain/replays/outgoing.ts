import { contentHash } from '../dead-letters/content-hash.ts';
import type { Convention } from '../dead-letters/convention.ts';
import type { Sha256 } from '../kernel/brand.ts';
import type { LogRecord, RecordHeader } from '../kernel/record.ts';
import type { ManifestEntry } from './manifest.ts';
import type { HeaderChanges } from './replay.ts';

export const replayHeaderNames = [
  'sluice-replay-id',
  'sluice-replay-item',
  'sluice-origin',
  'sluice-replay-attempt',
  'sluice-origin-timestamp',
] as const;

const named = (name: (typeof replayHeaderNames)[number]): Buffer => Buffer.from(name);
const names = {
  'sluice-replay-id': named('sluice-replay-id'),
  'sluice-replay-item': named('sluice-replay-item'),
  'sluice-origin': named('sluice-origin'),
  'sluice-replay-attempt': named('sluice-replay-attempt'),
  'sluice-origin-timestamp': named('sluice-origin-timestamp'),
};
const decoder = new TextDecoder('utf-8');

/** `topic-partition-offset` of the dead letter: for tracing, and to find a landed record again. */
export const replayItem = (entry: Pick<ManifestEntry, 'topic' | 'partition' | 'offset'>): string =>
  `${entry.topic}-${entry.partition}-${entry.offset}`;

/** The same few numbers come again and again. */
const attempts: Buffer[] = [];
const attemptBytes = (attempt: number): Buffer => {
  const known = attempts[attempt] ?? Buffer.from(String(attempt));
  if (attempt < 100) attempts[attempt] = known;
  return known;
};

function addHeaders(headers: RecordHeader[], replayId: Buffer, entry: ManifestEntry): void {
  headers.push(
    { name: names['sluice-replay-id'], value: replayId },
    { name: names['sluice-replay-item'], value: Buffer.from(replayItem(entry)) },
    { name: names['sluice-origin'], value: Buffer.from(entry.lineageRoot) },
    { name: names['sluice-replay-attempt'], value: attemptBytes(entry.attempt) },
  );
  const { originTimestampMs } = entry;
  if (originTimestampMs !== null)
    headers.push({
      name: names['sluice-origin-timestamp'],
      value: Buffer.from(String(originTimestampMs)),
    });
}

export type OutgoingContent = {
  partition: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly RecordHeader[];
  timestampMs: number;
};

export type OutgoingTerms = {
  replayId: string;
  headers: HeaderChanges;
  isFailureHeader: (name: string, convention: Convention) => boolean;
  nowMs: number;
};

/** Whether a header is left out, by its name: records that were read together have the same objects as names, each of which is decided on once. */
function leftOutBy({
  headers,
  isFailureHeader,
}: OutgoingTerms): (name: Uint8Array, of: Convention) => boolean {
  const removed = new Set<string>([...headers.remove, ...replayHeaderNames]);
  const known = new Map<Uint8Array, { convention: Convention; leftOut: boolean }>();
  return (name, convention) => {
    const before = known.get(name);
    if (before?.convention === convention) return before.leftOut;
    const text = decoder.decode(name);
    const leftOut = removed.has(text) || (headers.removeFailureHeaders && isFailureHeader(text, convention));
    known.set(name, { convention, leftOut });
    return leftOut;
  };
}

/**
 * What is sent for a dead letter: key and value byte for byte, headers in their order with duplicates and nulls, save the documented
 * additions and removals (invariant 6). Inbound `sluice-*` headers are untrusted and replaced.
 */
export function outgoingRecords(
  terms: OutgoingTerms,
): (source: LogRecord, entry: ManifestEntry) => OutgoingContent {
  const leftOut = leftOutBy(terms);
  const id = Buffer.from(terms.replayId);
  return (source, entry) => {
    const original = entry.originTimestampMs ?? source.timestampMs ?? terms.nowMs;
    const headers: RecordHeader[] = [];
    for (const header of source.headers) if (!leftOut(header.name, entry.convention)) headers.push(header);
    addHeaders(headers, id, entry);
    return {
      partition: entry.destinationPartition,
      key: source.key,
      value: source.value,
      headers,
      timestampMs: terms.headers.timestamp === 'original' ? original : terms.nowMs,
    };
  };
}

/** Names of the last record, and their order: records of one batch have the same objects as names, which are never written to, and so are sorted once. */
let sorted: { names: readonly Uint8Array[]; order: readonly number[] } = { names: [], order: [] };

function orderByName(headers: readonly RecordHeader[]): readonly number[] {
  const { names } = sorted;
  if (headers.length !== names.length || headers.some(({ name }, at) => name !== names[at])) {
    const own = headers.map(({ name }) => name);
    const order = own
      .map((name, at) => ({ name, at }))
      .sort((a, b) => Buffer.compare(a.name, b.name))
      .map(({ at }) => at);
    sorted = { names: own, order };
  }
  return sorted.order;
}

/**
 * Hash of content with its headers ordered by name, duplicates in their order: the same for two readers of which one loses the
 * interleaving of names (kafkajs does).
 */
export const carriedHash = (content: Pick<LogRecord, 'key' | 'value' | 'headers'>): Sha256 =>
  contentHash(content, orderByName(content.headers));
