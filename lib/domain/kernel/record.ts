/** One header as it stands in the log: order, duplicates, nulls and raw bytes kept. */
export type RecordHeader = { name: Uint8Array; value: Uint8Array | null };

/** A record as the log holds it, nothing decoded. */
export type LogRecord = {
  partition: number;
  offset: bigint;
  /** Milliseconds since the epoch; null when the record carries none. */
  timestampMs: number | null;
  timestampType: 'create' | 'append';
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly RecordHeader[];
};

/** What a record carries, in bytes: key, value, and names and values of its headers. How any of it is framed in the log is not counted. */
export function recordBytes({ key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) bytes += header.name.length + (header.value?.length ?? 0);
  return bytes;
}
