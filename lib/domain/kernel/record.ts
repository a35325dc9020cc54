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
