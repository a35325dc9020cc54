import type { LogRecord, RecordHeader } from '../../kernel/record.ts';

/** Builds records for tests, header values as text, number encodings or null. */
export type HeaderInput = readonly [name: string, value: string | Uint8Array | null];

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
export const int64 = (value: bigint | number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};
export const headers = (inputs: readonly HeaderInput[]): RecordHeader[] =>
  inputs.map(([name, value]) => ({
    name: Buffer.from(name),
    value: typeof value === 'string' ? Buffer.from(value) : value,
  }));

export const record = (inputs: readonly HeaderInput[], more: Partial<LogRecord> = {}): LogRecord => ({
  partition: 0,
  offset: 0n,
  timestampMs: 1_700_000_000_000,
  timestampType: 'create',
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: headers(inputs),
  ...more,
});
