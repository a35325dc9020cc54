import type { ScanEnd, ScanFound, ScanLine, ScanStart } from '#lib/contract/payload-scan.ts';
import { type ScanEnding, scanSentence } from '#lib/domain/dead-letters/scan-limits.ts';
import { SluiceError } from '#lib/domain/kernel/errors.ts';
import type { DeadLetterRecordRow } from '#lib/store/dead-letter-rows.ts';
import type { RecordCursor } from '#lib/store/dead-letters.ts';
import type { SearchStep } from './search-rows.ts';

const pageSize = 500;

export type ScanRun = {
  start: ScanStart;
  pageAfter: (after: RecordCursor | null, limit: number) => Promise<DeadLetterRecordRow[]>;
  search: SearchStep;
  rowView: (row: DeadLetterRecordRow) => ScanFound['row'];
  /** False when this scan has to end: who asked has gone, or has another one by now. */
  goOn: () => Promise<boolean>;
};

type Tally = Pick<ScanEnd, 'read' | 'found' | 'bytes' | 'unsearched'>;
type Found = { at: number; line: ScanFound };

const cursorOf = ({ at, partition, offset }: DeadLetterRecordRow): RecordCursor => ({
  at,
  partition,
  offset,
});
const isOut = (error: unknown): error is SluiceError =>
  error instanceof SluiceError &&
  (error.code === 'broker_unavailable' ||
    error.code === 'payload_unavailable' ||
    error.code === 'record_gone');

/** Rows by partition in ascending order: what lies together is fetched together. */
const byPartition = (rows: readonly DeadLetterRecordRow[]) =>
  [...Map.groupBy(rows, (row) => row.partition)].map(([partition, of]) => ({
    partition,
    offsets: of.map((row) => row.offset).sort((a, b) => (a < b ? -1 : 1)),
  }));

/**
 * The lines of a scan: how many there are, then what was found and how far it is, then how it ended. It holds a page of rows and works only while
 * it is asked for the next line.
 */
export async function* scanLines(run: ScanRun): AsyncGenerator<ScanLine, void> {
  const { of, limits, more } = run.start;
  const startedAt = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const tally: Tally = {
    ...{ read: 0, found: 0, bytes: 0 },
    unsearched: { pointers: 0, gone: 0, unreadable: 0, partly: 0, withheld: 0, undecoded: 0 },
  };
  const reached = (): ScanEnding | null => {
    if (tally.found >= limits.found) return 'found';
    if (tally.bytes >= limits.bytes) return 'bytes';
    return elapsedMs() >= limits.ms ? 'time' : null;
  };
  const progress = () => ({ read: tally.read, of, found: tally.found, bytes: tally.bytes, ms: elapsedMs() });
  yield run.start;

  let ending: ScanEnding | null = null;
  let failure: string | null = null;
  for (let after: RecordCursor | null = null; ending === null; ) {
    const limit = Math.min(pageSize, of - tally.read);
    const rows: DeadLetterRecordRow[] = limit > 0 ? await run.pageAfter(after, limit) : [];
    const readable = rows.filter((row) => !row.pointer);
    tally.unsearched.pointers += rows.length - readable.length;
    tally.read += rows.length - readable.length;
    const place = new Map(rows.map((row, at) => [`${row.partition}:${row.offset}`, { row, at }]));
    const found: Found[] = [];
    try {
      for (const { partition, offsets } of byPartition(readable)) {
        for (let from = 0; from < offsets.length && ending === null; ending = reached()) {
          if (!(await run.goOn())) return;
          const budget = { bytesLeft: limits.bytes - tally.bytes, msLeft: limits.ms - elapsedMs() };
          const view = await run.search({ partition, offsets: offsets.slice(from) }, budget);
          from += view.settled;
          tally.read += view.settled;
          tally.bytes += view.bytes;
          for (const why of ['gone', 'unreadable', 'partly', 'withheld', 'undecoded'] as const)
            tally.unsearched[why] += view[why];
          for (const { offset, match } of view.found.slice(0, limits.found - tally.found)) {
            const known = place.get(`${partition}:${offset}`);
            if (known)
              found.push({ at: known.at, line: { kind: 'found', row: run.rowView(known.row), ...match } });
          }
          tally.found += Math.min(view.found.length, limits.found - tally.found);
          yield { kind: 'progress', ...progress() };
        }
        if (ending !== null) break;
      }
    } catch (error) {
      if (!isOut(error)) throw error;
      ending = 'failed';
      failure = error.message;
    }
    for (const { line } of found.sort((a, b) => a.at - b.at)) yield line;
    const last = rows.at(-1);
    if (rows.length < limit || last === undefined || tally.read >= of)
      ending ??= more ? 'records' : 'complete';
    after = last ? cursorOf(last) : after;
  }
  const said = scanSentence(ending, { read: tally.read, of, limits, failure });
  yield { kind: 'end', ending, detail: said, ...progress(), unsearched: tally.unsearched };
}
