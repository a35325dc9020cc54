import { createHash } from 'node:crypto';
import type { DeadLetterRow, ExportFormat } from '#lib/contract/dead-letters.ts';
import type { Principal } from '#lib/domain/access/roles.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { RecordCursor } from '#lib/store/dead-letters.ts';
import { allowedLine, requireTopic, type TopicRef } from './dead-letter-access.ts';
import { recordRowView } from './dead-letter-views.ts';
import type { DecideDeps } from './decide-dead-letters.ts';
import { type ExportLines, exportLines } from './export/export-lines.ts';
import { type RecordSearch, recordSearch } from './list-dead-letter-records.ts';

const pageSize = 500;

type Exported = {
  fileName: string;
  contentType: string;
  /** The text of the file, a page of rows at a time; each is read when it is asked for. */
  parts: AsyncGenerator<string, void>;
};

/** A name that is one on every system: only what Kafka allows in topic names, and the time. */
const fileNameOf = (topic: string, at: Date, format: ExportFormat): string =>
  `${topic.replaceAll(/[^\w.-]/g, '_')}-${at.toISOString().replaceAll(/[:.]/g, '')}.${format}`;

async function* partsOf(
  lines: ExportLines,
  pageAfter: (after: RecordCursor | null) => Promise<{ rows: DeadLetterRow[]; last: RecordCursor | null }>,
): AsyncGenerator<string, void> {
  const hash = createHash('sha256');
  const hashed = (text: string) => {
    hash.update(text, 'utf8');
    return text;
  };
  let records = 0;
  if (lines.first !== '') yield hashed(lines.first);
  for (let after: RecordCursor | null = null; ; ) {
    const { rows, last } = await pageAfter(after);
    if (rows.length > 0) yield hashed(rows.map((row, at) => lines.row(row, records + at + 1)).join(''));
    records += rows.length;
    if (last === null) break;
    after = last;
  }
  yield lines.last({ records, sha256: hash.digest('hex') });
}

/**
 * Everything that the index had of a topic when this was asked for and that fits the filter, newest first, as rows of `/records`: masked,
 * and without keys for those who may not read payloads. It is written into the audit log before the first row is read.
 * @throws SluiceError not_found, forbidden, audit_unavailable
 */
export async function exportDeadLetters(
  deps: DecideDeps,
  principal: Principal,
  of: TopicRef,
  search: RecordSearch,
  format: ExportFormat,
): Promise<Exported> {
  const topic = await requireTopic(deps, principal, of);
  const { deadLetters } = deps.database.stores;
  const { filter, masks, payloads } = recordSearch(deps, principal, topic, search);
  const now = deps.clock();
  const ends = await deadLetters.indexEnds(topic);
  try {
    await deps.database.transact((stores) =>
      stores.audit.append(
        allowedLine(principal, topic, {
          action: 'dead_letters.export',
          resource: `dead-letters/${of.cluster}/${of.topic}`,
          detail: {
            format,
            filter: search,
            keys: payloads,
          },
        }),
      ),
    );
  } catch (cause) {
    throw new SluiceError(
      'audit_unavailable',
      'Nothing is exported, since this export could not be written to the audit log.',
      { cause },
    );
  }
  const lines = exportLines[format];
  return {
    fileName: fileNameOf(of.topic, now, format),
    contentType: lines.contentType,
    parts: partsOf(lines, async (after) => {
      const found = await deadLetters.listRecords(topic, { ...filter, ends }, { limit: pageSize, after });
      const last = found.length < pageSize ? undefined : found.at(-1);
      return {
        rows: found.map((row) => recordRowView(row, masks, payloads)),
        last: last ? { at: last.at, partition: last.partition, offset: last.offset } : null,
      };
    }),
  };
}
