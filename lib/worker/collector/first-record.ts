import { createHash } from 'node:crypto';
import type { ClusterReader } from '#lib/broker/port/reader.ts';

/** The first record that a read_committed reader would get from an offset on. */
export type FirstRecord = {
  offset: bigint;
  timestampMs: number | null;
  keyText: string | null;
  keyHash: string | null;
  valueBytes: number | null;
};
/** `record` null with `to` at the end: nothing is left but markers and aborted records. */
export type Ahead = { record: FirstRecord | null; to: bigint };

export type PlaceInLog = { topicId: string; partition: number; offset: bigint };

const fetchBytes = 65_536;
const remembered = 2_000;
const keyTextLength = 200;

/** UTF-8 as it stands, anything else as hex: an operator can compare both. */
export function keyText(key: Uint8Array | null): string | null {
  if (key === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(key).slice(0, keyTextLength);
  } catch {
    return `0x${Buffer.from(key).toString('hex')}`.slice(0, keyTextLength);
  }
}

export type AheadReader = (place: PlaceInLog, end: bigint) => Promise<Ahead>;

/**
 * Looks what lies ahead of an offset, and remembers it while neither the offset nor the end moves: a stuck partition is asked once, not every round.
 * Throws BrokerFailure.
 */
export function createAheadReader(reader: ClusterReader): AheadReader {
  const known = new Map<string, Ahead>();
  return async ({ topicId, partition, offset }, end) => {
    const key = `${topicId}/${partition}/${offset}`;
    const seen = known.get(key);
    if (seen && (seen.record !== null || seen.to >= end)) return seen;
    const answer = await reader.fetch({
      topicId,
      partition,
      offset,
      maxBytes: fetchBytes,
      isolation: 'read_committed',
    });
    const first = answer.records[0];
    const ahead: Ahead = {
      to: answer.nextOffset,
      record: first
        ? {
            offset: first.offset,
            timestampMs: first.timestampMs,
            keyText: keyText(first.key),
            keyHash: first.key === null ? null : createHash('sha256').update(first.key).digest('hex'),
            valueBytes: first.value?.byteLength ?? null,
          }
        : null,
    };
    known.delete(key);
    known.set(key, ahead);
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break;
      known.delete(oldest);
    }
    return ahead;
  };
}
