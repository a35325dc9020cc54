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

const namedHeaders = replayHeaderNames.map((text) => ({ text, name: Buffer.from(text) }));
const decoder = new TextDecoder('utf-8');

/** `topic-partition-offset` of the dead letter: for tracing, and to find a landed record again. */
export const replayItem = (entry: Pick<ManifestEntry, 'topic' | 'partition' | 'offset'>): string =>
  `${entry.topic}-${entry.partition}-${entry.offset}`;

function addedHeaders(replayId: string, entry: ManifestEntry): RecordHeader[] {
  const values: Record<(typeof replayHeaderNames)[number], string | null> = {
    'sluice-replay-id': replayId,
    'sluice-replay-item': replayItem(entry),
    'sluice-origin': entry.lineageRoot,
    'sluice-replay-attempt': String(entry.attempt),
    'sluice-origin-timestamp': entry.originTimestampMs === null ? null : String(entry.originTimestampMs),
  };
  return namedHeaders.flatMap(({ text, name }) => {
    const value = values[text];
    return value === null ? [] : [{ name, value: Buffer.from(value) }];
  });
}

export type OutgoingContent = {
  partition: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly RecordHeader[];
  timestampMs: number;
};

/**
 * What is sent for a dead letter: key and value byte for byte, headers in their order with duplicates and nulls, save the documented
 * additions and removals (invariant 6). Inbound `sluice-*` headers are untrusted and replaced.
 */
export function outgoingRecord(input: {
  source: LogRecord;
  entry: ManifestEntry;
  replayId: string;
  headers: HeaderChanges;
  isFailureHeader: (name: string, convention: Convention) => boolean;
  nowMs: number;
}): OutgoingContent {
  const { source, entry, headers } = input;
  const removed = new Set<string>([...headers.remove, ...replayHeaderNames]);
  const kept = source.headers.filter((header) => {
    const name = decoder.decode(header.name);
    if (removed.has(name)) return false;
    return !(headers.removeFailureHeaders && input.isFailureHeader(name, entry.convention));
  });
  const original = entry.originTimestampMs ?? source.timestampMs ?? input.nowMs;
  return {
    partition: entry.destinationPartition,
    key: source.key,
    value: source.value,
    headers: [...kept, ...addedHeaders(input.replayId, entry)],
    timestampMs: headers.timestamp === 'original' ? original : input.nowMs,
  };
}

/**
 * Hash of content with its headers ordered by name, duplicates in their order: the same for two readers of which one loses the
 * interleaving of names (kafkajs does).
 */
export function carriedHash(record: Pick<LogRecord, 'key' | 'value' | 'headers'>): Sha256 {
  const named = record.headers.map((header) => ({ header, name: Buffer.from(header.name).toString('hex') }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return contentHash({ key: record.key, value: record.value, headers: named.map(({ header }) => header) });
}
