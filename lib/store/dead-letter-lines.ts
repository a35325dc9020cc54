import type { Excerpt } from '#lib/domain/dead-letters/excerpt.ts';
import type { DeadLetterEntry } from './dead-letter-index.ts';

/** In the order of `lineOf`. */
export const copiedColumns = `cluster_id, topic_id, partition, "offset", at, key_text, key_hash, value_bytes, content_hash,
  convention, origin_topic, origin_partition, origin_offset, origin_at, origin_group, origin_provenance,
  hop_topic, hop_partition, hop_offset, exception_class, exception_message, message_pattern, top_frame, attempts,
  fingerprint, verdict, lineage_root, pointer, headers`;

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
/** PostgreSQL's text format of COPY: null is \N, and these four characters are escaped. */
const text = (value: string | null): string =>
  value === null
    ? '\\N'
    : special.test(value)
      ? value.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found)
      : value;
const plain = (value: number | bigint | null): string => (value === null ? '\\N' : String(value));

const minuteMs = 60_000;
let minute = Number.NaN;
let minuteText = '';
/** ISO 8601; instants of one minute share its text. */
function instant(at: Date | null): string {
  if (at === null) return '\\N';
  const ms = at.getTime();
  const of = Math.floor(ms / minuteMs);
  if (of !== minute) {
    minuteText = new Date(of * minuteMs).toISOString().slice(0, -'00.000Z'.length);
    minute = of;
  }
  const rest = ms - of * minuteMs;
  return `${minuteText}${rest < 10_000 ? '0' : ''}${(rest / 1000).toFixed(3)}Z`;
}

/** One row in the text format of COPY, line end included. @param place `cluster id, tab, topic id`, escaped */
function lineOf(place: string, entry: DeadLetterEntry): string {
  const { origin, hop } = entry;
  return `${place}\t${entry.partition}\t${entry.offset}\t${instant(entry.at)}\t${text(entry.keyText)}\t${text(entry.keyHash)}\t${plain(entry.valueBytes)}\t${entry.contentHash}\t${entry.convention}\t${text(origin.topic)}\t${plain(origin.partition)}\t${plain(origin.offset)}\t${instant(origin.at)}\t${text(origin.group)}\t${text(entry.originProvenance)}\t${text(hop.topic)}\t${plain(hop.partition)}\t${plain(hop.offset)}\t${text(entry.exceptionClass)}\t${text(entry.exceptionMessage)}\t${text(entry.messagePattern)}\t${text(entry.topFrame)}\t${plain(entry.attempts)}\t${entry.fingerprint}\t${entry.verdict}\t${text(entry.lineageRoot)}\t${entry.pointer ? 't' : 'f'}\t${entry.headers === null ? '\\N' : text(JSON.stringify(entry.headers))}\n`;
}

/** Rows in the form in which COPY takes them: bytes outside of the heap, ready to be sent. */
export type DeadLetterLines = {
  readonly rows: number;
  readonly bytes: Buffer;
  /** Of those whose flow lets one be kept. */
  readonly excerpts: readonly ExcerptLine[];
};
export type ExcerptLine = { partition: number; offset: string; rule: string; excerpt: Excerpt };

/** No text of the entries may hold a NUL or a lone surrogate: PostgreSQL has no text for these. */
export function deadLetterLines(
  place: { clusterId: string; topicId: string },
  entries: readonly DeadLetterEntry[],
): DeadLetterLines {
  const prefix = `${text(place.clusterId)}\t${text(place.topicId)}`;
  let lines = '';
  for (const entry of entries) lines += lineOf(prefix, entry);
  const excerpts = entries.flatMap(({ partition, offset, excerpt: kept }): ExcerptLine[] => {
    if (kept === undefined) return [];
    const { rule, ...excerpt } = kept;
    return [{ partition, offset: String(offset), rule, excerpt }];
  });
  return { rows: entries.length, bytes: Buffer.from(lines), excerpts };
}
