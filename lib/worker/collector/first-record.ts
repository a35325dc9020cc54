import { createHash } from 'node:crypto';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { validText } from '#lib/domain/dead-letters/header-encoding.ts';
import { jsonText, type Masks, maskedLiterals, maskJson, redact } from '#lib/domain/dead-letters/masks.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { EndTable } from '#lib/domain/lag/time-lag.ts';

/** The first record that a read_committed reader would get from an offset on. */
export type FirstRecord = {
  offset: bigint;
  timestampMs: number | null;
  keyText: string | null;
  keyHash: string | null;
  valueBytes: number | null;
};
/** A record of known arrival, to hold the timestamps of its log against. */
export type Newest = { timestampMs: number; written: { afterMs: number; beforeMs: number } };
/** `record` null with `to` at the end: nothing is left but markers and aborted records. */
export type Ahead = {
  record: FirstRecord | null;
  to: bigint;
  /** How far timestamps run backwards among the records that were read along. */
  disorderMs: number;
  newest: Newest | null;
};

export type PlaceInLog = { topicId: string; partition: number; offset: bigint };

const fetchBytes = 65_536;
const remembered = 10_000;
const keyTextLength = 200;
/** The last offsets of a log may be transaction markers, so a few before the end are read. */
const newestRecords = 8n;

/** The key as an operator may see it: UTF-8 as it stands, anything else as hex, and nothing that the flow masks. */
export function keyText({ key, value }: Pick<LogRecord, 'key' | 'value'>, masks: Masks): string | null {
  if (key === null) return null;
  const json = jsonText(key);
  const shown =
    json === null ? (validText(key) ?? `0x${Buffer.from(key).toString('hex')}`) : maskJson(json, masks).text;
  return redact(shown, maskedLiterals(value, masks)).slice(0, keyTextLength);
}

export type AheadReader = {
  /** What is known without asking the broker; undefined when it has to be asked. */
  known(place: PlaceInLog, end: bigint): Ahead | undefined;
  /** Throws BrokerFailure. */
  read(place: PlaceInLog, masks: Masks): Promise<Ahead>;
  /** Adds the newest record of the log to what is known ahead of a place, if its arrival was seen. Throws BrokerFailure. */
  readNewest(place: PlaceInLog, ahead: Ahead, end: bigint, ends: EndTable): Promise<Ahead>;
};

/**
 * Looks what lies ahead of an offset, and remembers it while neither the offset nor (with nothing but markers found) the end moves: a stuck
 * partition is asked once, not every round.
 */
export function createAheadReader(reader: Pick<ClusterReader, 'fetch'>): AheadReader {
  const seen = new Map<string, Ahead>();
  const keyOf = ({ topicId, partition, offset }: PlaceInLog) => `${topicId}/${partition}/${offset}`;
  const remember = (key: string, ahead: Ahead) => {
    seen.delete(key);
    seen.set(key, ahead);
    for (const oldest of seen.keys()) {
      if (seen.size <= remembered) return;
      seen.delete(oldest);
    }
  };

  return {
    known(place, end) {
      const key = keyOf(place);
      const ahead = seen.get(key);
      if (!ahead || (ahead.record === null && ahead.to < end)) return undefined;
      // What is far from being forgotten need not be moved to the end.
      if (seen.size > remembered / 2) remember(key, ahead);
      return ahead;
    },
    async read(place, masks) {
      const answer = await reader.fetch({ ...place, maxBytes: fetchBytes, isolation: 'read_committed' });
      const [first] = answer.records;
      const ahead: Ahead = {
        to: answer.nextOffset,
        record: first ? factsOf(first, masks) : null,
        disorderMs: disorderOf(answer.records),
        newest: null,
      };
      remember(keyOf(place), ahead);
      return ahead;
    },
    async readNewest(place, ahead, end, ends) {
      const from = end - newestRecords;
      const offset = from > place.offset ? from : place.offset;
      const answer = await reader.fetch({
        ...place,
        offset,
        maxBytes: fetchBytes,
        isolation: 'read_uncommitted',
      });
      const calibrated = { ...ahead, newest: newestOf(answer.records, ends) };
      remember(keyOf(place), calibrated);
      return calibrated;
    },
  };
}

/** The largest step back from the latest timestamp so far. */
function disorderOf(records: readonly LogRecord[]): number {
  let [latestMs, disorderMs] = [Number.NEGATIVE_INFINITY, 0];
  for (const { timestampMs } of records) {
    if (timestampMs === null) continue;
    disorderMs = Math.max(disorderMs, latestMs - timestampMs);
    latestMs = Math.max(latestMs, timestampMs);
  }
  return disorderMs;
}

function newestOf(records: readonly LogRecord[], ends: EndTable): Newest | null {
  for (const { offset, timestampMs } of records.toReversed()) {
    const written = ends.written(offset);
    if (written && timestampMs !== null) return { timestampMs, written };
  }
  return null;
}

const factsOf = (record: LogRecord, masks: Masks): FirstRecord => ({
  offset: record.offset,
  timestampMs: record.timestampMs,
  keyText: keyText(record, masks),
  keyHash: record.key === null ? null : createHash('sha256').update(record.key).digest('hex'),
  valueBytes: record.value?.byteLength ?? null,
});
