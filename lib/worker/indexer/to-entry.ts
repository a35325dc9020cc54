import { hash } from 'node:crypto';
import type { UnreadableRange } from '#lib/broker/port/reader.ts';
import { type AnalysedDeadLetter, analyse, recalledSteps } from '#lib/domain/dead-letters/analyse.ts';
import { excerptOf } from '#lib/domain/dead-letters/excerpt.ts';
import { fingerprintOf, recalledFingerprint } from '#lib/domain/dead-letters/fingerprint.ts';
import { printableText } from '#lib/domain/dead-letters/header-encoding.ts';
import { recalledLayout } from '#lib/domain/dead-letters/header-layout.ts';
import { instantMaxMs } from '#lib/domain/dead-letters/hops.ts';
import { parseLineageRoot } from '#lib/domain/dead-letters/lineage.ts';
import { maskedDocument, redact, withoutMasked } from '#lib/domain/dead-letters/masks.ts';
import { recalledPattern } from '#lib/domain/dead-letters/recalled-message.ts';
import { searchableHeaders } from '#lib/domain/dead-letters/searchable-headers.ts';
import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { LogRecord } from '#lib/domain/kernel/record.ts';
import type { DeadLetterEntry } from '#lib/store/dead-letter-index.ts';
import type { Watch, WatchedTopic } from './watched.ts';

const keyTextMax = 256;
const classMax = 500;
const messageMax = 4000;
const hexBytesMax = 64;
/** No record has this hash, so nothing can be replayed under it. */
const noContentHash = '0'.repeat(64);

/** Text that Postgres takes: no NUL, no lone surrogate, not longer than is of use. */
function storable(text: string | null, max: number): string | null {
  if (text === null) return null;
  const cut = text.length > max ? text.slice(0, max) : text;
  return cut.isWellFormed() && !cut.includes('\u0000')
    ? cut
    : cut.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

function keyText(key: Uint8Array | null): string | null {
  if (key === null) return null;
  const text = printableText(key);
  return text !== null
    ? storable(text, keyTextMax)
    : `0x${Buffer.from(key.subarray(0, hexBytesMax)).toString('hex')}`;
}

const instantOf = (ms: number | null): Date | null =>
  ms === null || ms < 0 || ms > instantMaxMs ? null : new Date(ms);

/** The replay ledger confirmed it: the lineage goes on, and the origin is the true one, whatever the headers of the last failure say. */
function withLineage(analysed: AnalysedDeadLetter, confirmed: ReadonlySet<string>): AnalysedDeadLetter {
  const root = analysed.hint?.lineageRoot;
  if (!analysed.hint || !root || !confirmed.has(`${analysed.hint.replayId} ${root}`)) return analysed;
  const coordinate = parseLineageRoot(root);
  if (!coordinate) return { ...analysed, lineageRoot: root };
  return {
    ...analysed,
    lineageRoot: root,
    origin: { ...coordinate, atMs: null, group: analysed.origin.group },
    originProvenance: 'replay ledger, Sluice',
    fingerprint: fingerprintOf({
      convention: analysed.convention,
      originTopic: coordinate.topic,
      exceptionClass: analysed.exceptionClass ?? analysed.exceptionChain[0] ?? null,
      messagePattern: analysed.messagePattern,
      topFrame: analysed.topFrame,
    }),
  };
}

/**
 * What was analysed, without the values that masks hide in the payload: in the fingerprint they would make a failure group of each, whose number
 * could be tried for a value.
 */
function withoutValues(analysed: AnalysedDeadLetter, literals: readonly string[]): AnalysedDeadLetter {
  const exceptionMessage = redact(analysed.exceptionMessage, literals);
  const topFrame = redact(analysed.topFrame, literals);
  if (exceptionMessage === analysed.exceptionMessage && topFrame === analysed.topFrame) return analysed;
  const messagePattern = exceptionMessage === null ? null : recalledPattern(exceptionMessage);
  return {
    ...analysed,
    ...{ exceptionMessage, topFrame, messagePattern },
    fingerprint: recalledFingerprint({
      convention: analysed.convention,
      originTopic: analysed.origin.topic ?? analysed.lastHop?.topic ?? null,
      exceptionClass: analysed.exceptionClass ?? analysed.exceptionChain[0] ?? null,
      ...{ messagePattern, topFrame },
    }),
  };
}

/** The words that the index shows: nothing in them comes from a masked header or repeats a masked value. */
type ShownWords = Pick<
  DeadLetterEntry,
  'keyText' | 'exceptionClass' | 'exceptionMessage' | 'messagePattern' | 'topFrame' | 'headers' | 'excerpt'
>;
export type Analysed = { record: LogRecord; analysed: AnalysedDeadLetter; words: ShownWords };

export function analyseRecord(record: LogRecord, topic: WatchedTopic, watch: Watch): Analysed {
  const options = {
    mapping: topic.mapping,
    topicNameOfId: (id: string) => watch.nameOfId.get(id) ?? null,
  };
  const layout = recalledLayout(record.headers, topic.mapping);
  const analysed = analyse(record, topic.topic, options, recalledSteps, layout);
  const { masks } = topic;
  const visible =
    masks.headers.size === 0
      ? analysed
      : analyse({ ...record, headers: withoutMasked(record.headers, masks) }, topic.topic, options);
  const document = maskedDocument(record.value, masks);
  const literals = document?.literals ?? [];
  const kept = topic.excerpt && excerptOf(record.value, masks, document, topic.excerpt.bytes);
  const message = redact(visible.exceptionMessage, literals);
  return {
    record,
    analysed: withoutValues(analysed, literals),
    words: {
      keyText: redact(keyText(record.key), literals),
      exceptionClass: storable(visible.exceptionClass, classMax),
      exceptionMessage: storable(message, messageMax),
      messagePattern: storable(
        message === null || message === visible.exceptionMessage
          ? visible.messagePattern
          : recalledPattern(message),
        messageMax,
      ),
      topFrame: storable(redact(visible.topFrame, literals), classMax),
      headers: searchableHeaders(record.headers, { masks, mapping: topic.mapping, literals }, layout),
      ...(kept && topic.excerpt ? { excerpt: { ...kept, rule: topic.excerpt.rule } } : {}),
    },
  };
}

/** @param fallbackAt for a record without a time of its own */
export function toEntry(
  { record, analysed: raw, words }: Analysed,
  confirmed: ReadonlySet<string>,
  fallbackAt: Date,
): DeadLetterEntry {
  const analysed = withLineage(raw, confirmed);
  const { origin } = analysed;
  const hop = raw.lastHop ?? raw.origin;
  return {
    partition: record.partition,
    offset: record.offset,
    at: instantOf(record.timestampMs) ?? fallbackAt,
    keyText: words.keyText,
    exceptionClass: words.exceptionClass,
    exceptionMessage: words.exceptionMessage,
    messagePattern: words.messagePattern,
    topFrame: words.topFrame,
    headers: words.headers,
    ...(words.excerpt ? { excerpt: words.excerpt } : {}),
    keyHash: record.key === null ? null : sha256Hex(hash('sha256', record.key, 'hex')),
    valueBytes: record.value?.length ?? null,
    contentHash: analysed.contentHash,
    convention: analysed.convention,
    origin: {
      topic: storable(origin.topic, messageMax),
      partition: origin.partition,
      offset: origin.offset,
      at: instantOf(origin.atMs),
      group: storable(origin.group, messageMax),
    },
    originProvenance: analysed.originProvenance,
    hop: { topic: storable(hop.topic, messageMax), partition: hop.partition, offset: hop.offset },
    attempts: analysed.attempts,
    fingerprint: analysed.fingerprint,
    verdict: analysed.verdict,
    lineageRoot: storable(analysed.lineageRoot, messageMax) ?? '',
    pointer: analysed.pointer,
  };
}

/** Rows for records that are there and can't be read, so that they are counted and seen for what they are. */
export function unreadableEntries(
  range: UnreadableRange,
  topic: WatchedTopic,
  partition: number,
  fallbackAt: Date,
): DeadLetterEntry[] {
  const message = `Sluice can't read this record: ${range.reason}.`;
  const entries: DeadLetterEntry[] = [];
  for (let offset = range.firstOffset; offset <= range.lastOffset; offset++)
    entries.push({
      partition,
      offset,
      at: instantOf(range.timestampMs) ?? fallbackAt,
      keyText: null,
      keyHash: null,
      valueBytes: null,
      contentHash: noContentHash,
      convention: 'none',
      origin: { topic: null, partition: null, offset: null, at: null, group: null },
      originProvenance: 'not readable',
      hop: { topic: null, partition: null, offset: null },
      exceptionClass: null,
      exceptionMessage: message,
      messagePattern: message,
      topFrame: null,
      attempts: null,
      fingerprint: fingerprintOf({
        convention: 'none',
        originTopic: null,
        exceptionClass: null,
        messagePattern: message,
        topFrame: null,
      }),
      verdict: 'unknown',
      lineageRoot: `${topic.topic}-${partition}-${offset}#unreadable`,
      pointer: false,
      headers: null,
    });
  return entries;
}
