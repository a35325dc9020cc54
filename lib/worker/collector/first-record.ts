import { createHash } from 'node:crypto';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import { validText } from '#lib/domain/dead-letters/header-encoding.ts';
import { jsonText, type Masks, maskedLiterals, maskJson, redact } from '#lib/domain/dead-letters/masks.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';

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
};

/**
 * Looks what lies ahead of an offset, and remembers it while neither the offset nor (with nothing but markers found) the end moves: a stuck
 * partition is asked once, not every round.
 */
export function createAheadReader(reader: ClusterReader): AheadReader {
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
      remember(key, ahead);
      return ahead;
    },
    async read(place, masks) {
      const answer = await reader.fetch({ ...place, maxBytes: fetchBytes, isolation: 'read_committed' });
      const [first] = answer.records;
      const ahead: Ahead = { to: answer.nextOffset, record: first ? factsOf(first, masks) : null };
      remember(keyOf(place), ahead);
      return ahead;
    },
  };
}

const factsOf = (record: LogRecord, masks: Masks): FirstRecord => ({
  offset: record.offset,
  timestampMs: record.timestampMs,
  keyText: keyText(record, masks),
  keyHash: record.key === null ? null : createHash('sha256').update(record.key).digest('hex'),
  valueBytes: record.value?.byteLength ?? null,
});
