import type { DeadLetterRow, ExportFormat } from '#lib/contract/dead-letters.ts';
import { type Cell, csvRow } from '#lib/domain/dead-letters/csv.ts';

/** How an export of one format is written; the last line says that nothing is missing (docs/adr/0013). */
export type ExportLines = {
  contentType: string;
  first: string;
  /** @param number counted from 1 */
  row: (row: DeadLetterRow, number: number) => string;
  last: (end: { records: number; sha256: string }) => string;
};

const columns: readonly [name: string, cell: (row: DeadLetterRow) => Cell][] = [
  ['partition', (row) => row.partition],
  ['offset', (row) => row.offset],
  ['at', (row) => row.at],
  ['key', (row) => row.keyText],
  ['valueBytes', (row) => row.valueBytes],
  ['convention', (row) => row.convention],
  ['originTopic', (row) => row.origin.topic],
  ['originPartition', (row) => row.origin.partition],
  ['originOffset', (row) => row.origin.offset],
  ['originAt', (row) => row.origin.at],
  ['originGroup', (row) => row.origin.group],
  ['exceptionClass', (row) => row.exceptionClass],
  ['exceptionMessage', (row) => row.exceptionMessage],
  ['attempts', (row) => row.attempts],
  ['fingerprint', (row) => row.fingerprint],
  ['disposition', (row) => row.disposition],
  ['replayId', (row) => row.replayId],
  ['pointer', (row) => row.pointer],
];

const csv: ExportLines = {
  contentType: 'text/csv; charset=utf-8; header=present',
  first: csvRow(['row', ...columns.map(([name]) => name)]),
  row: (row, number) => csvRow([number, ...columns.map(([, cell]) => cell(row))]),
  last: ({ records, sha256 }) =>
    csvRow(['end', `records=${records}`, `sha256=${sha256}`, ...columns.slice(2).map(() => null)]),
};

const ndjson: ExportLines = {
  contentType: 'application/x-ndjson',
  first: '',
  row: (row) => `${JSON.stringify(row)}\n`,
  last: (end) => `${JSON.stringify({ end: true, ...end })}\n`,
};

export const exportLines: Readonly<Record<ExportFormat, ExportLines>> = { csv, ndjson };
