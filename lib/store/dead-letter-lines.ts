import type { Excerpt } from '#lib/domain/dead-letters/excerpt.ts';
import { instant, plain, text } from './copy-text.ts';
import type { DeadLetterEntry } from './dead-letter-index.ts';

/** In the order of `lineOf`. */
export const copiedColumns = `cluster_id, topic_id, partition, "offset", at, key_text, key_hash, value_bytes, content_hash,
  convention, origin_topic, origin_partition, origin_offset, origin_at, origin_group, origin_provenance,
  hop_topic, hop_partition, hop_offset, exception_class, exception_message, message_pattern, top_frame, attempts,
  fingerprint, verdict, lineage_root, pointer, headers`;

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
