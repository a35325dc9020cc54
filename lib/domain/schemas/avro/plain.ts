import type { AvroLogical } from './type.ts';

/** Longer numbers are shown as their bytes: printing costs more than linear time. */
const decimalBytesMax = 256;
const scaleMax = 1000;
/** What a calendar of four-digit years can show: 0001-01-01 to 9999-12-31. */
const [firstMs, lastMs] = [-62_135_596_800_000n, 253_402_300_799_999n];
const dayMs = 86_400_000n;

const floorDivide = (value: bigint, by: bigint): bigint =>
  value / by - (value % by !== 0n && value < 0n ? 1n : 0n);

/** Two's complement, big-endian. */
function signed(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
}

/** Every digit of an unscaled number with its point; null when it is longer than anybody reads. */
export function plainDecimal(bytes: Uint8Array, scale: number): string | null {
  if (bytes.length > decimalBytesMax || scale > scaleMax) return null;
  const value = signed(bytes);
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${sign}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

/** How many of the type's units are a millisecond, and how many digits a second has then. */
const unitOf = (name: string): { perMs: bigint; digits: number } => {
  if (name.endsWith('-nanos')) return { perMs: 1_000_000n, digits: 9 };
  return name.endsWith('-micros') ? { perMs: 1000n, digits: 6 } : { perMs: 1n, digits: 3 };
};

/** A moment with all of its digits: `2026-05-04T10:00:10.000123`, without a zone. Null outside four-digit years. */
function moment(value: bigint, name: string): string | null {
  const { perMs, digits } = unitOf(name);
  const ms = floorDivide(value, perMs);
  if (ms < firstMs || ms > lastMs) return null;
  const rest = (value - ms * perMs).toString().padStart(digits - 3, '0');
  return `${new Date(Number(ms)).toISOString().slice(0, -1)}${digits === 3 ? '' : rest}`;
}

/** Date and time types as ISO 8601 writes them; null for one that is no date or time, or is outside of what the calendar has. */
export function plainTime(value: bigint, name: AvroLogical['name']): string | null {
  if (name.startsWith('local-timestamp-')) return moment(value, name);
  if (name.startsWith('timestamp-')) {
    const text = moment(value, name);
    return text === null ? null : `${text}Z`;
  }
  if (name === 'date') return moment(value * dayMs, 'date')?.slice(0, 10) ?? null;
  if (name === 'time-millis' || name === 'time-micros') {
    const { perMs } = unitOf(name);
    if (value < 0n || value >= dayMs * perMs) return null;
    return moment(value, name)?.slice(11) ?? null;
  }
  return null;
}

/** Months, days and milliseconds, each little-endian in four bytes. */
export function plainDuration(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, ms] = [0, 4, 8].map((at) => view.getUint32(at, true));
  return `P${months}M${days}DT${(ms ?? 0) / 1000}S`;
}

export function plainUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
