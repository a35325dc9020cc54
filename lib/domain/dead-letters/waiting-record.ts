import type { LogRecord, RecordHeader } from '../kernel/record.ts';
import { analyse } from './analyse.ts';
import type { DeclaredMapping } from './declared-mapping.ts';
import { decodeValue } from './header-encoding.ts';
import { headerName, instantMaxMs } from './hops.ts';
import type { WaitingRecord } from './next-wave.ts';

/** Spring's: the only convention that writes down when a record is to be tried again. */
const backoffHeader = 'retry_topic-backoff-timestamp';

/** When the record is to be tried again, in milliseconds since the epoch; of several headers the last, as Spring reads it. Null when none says. */
export function dueAtMs(headers: readonly RecordHeader[]): number | null {
  const value = headers.findLast((header) => headerName(header) === backoffHeader)?.value ?? null;
  const decoded = value === null ? null : decodeValue(value, 'big-integer');
  if (typeof decoded?.value !== 'bigint') return null;
  return decoded.value < 0n || decoded.value > BigInt(instantMaxMs) ? null : Number(decoded.value);
}

/**
 * What a record in a retry topic says of itself, read as its dead letter would be.
 * @param topic the dead-letter topic of its flow
 */
export function readWaiting(
  record: LogRecord,
  topic: string,
  mapping: DeclaredMapping | null,
): WaitingRecord {
  const { convention, attempts, fingerprint } = analyse(record, topic, { mapping });
  return { atMs: record.timestampMs, dueAtMs: dueAtMs(record.headers), convention, attempts, fingerprint };
}
