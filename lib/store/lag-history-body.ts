/** Lag of one partition at one moment. */
export type BodyValue = { lagRecords: bigint | null; lagMs: number | null };

/** Time lag is kept to a tenth of a second: its own error is larger. */
const lagMsUnit = 100;
const unknown: BodyValue = { lagRecords: null, lagMs: null };
const none: BodyValue = { lagRecords: 0n, lagMs: 0 };

// A value begins with one of these, or with its lag (zigzag, plus `firstLag`).
const codeUnknown = 0;
const codeNone = 1;
const firstLag = 2n;

const zigzag = (value: bigint) => (value >= 0n ? value << 1n : (-value << 1n) - 1n);
const unzigzag = (value: bigint) => (value & 1n ? -((value + 1n) >> 1n) : value >> 1n);

/** Lag of a group's partitions in the order of its layout: a byte for one that is read to the end, three to six else. */
export function packBody(values: readonly BodyValue[]): Buffer {
  const buffer = Buffer.allocUnsafe(values.length * 16);
  let at = 0;
  const put = (value: number) => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[at++] = (rest % 0x80) | 0x80;
    buffer[at++] = rest;
  };
  const putBig = (value: bigint) => {
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) buffer[at++] = Number(rest & 0x7fn) | 0x80;
    buffer[at++] = Number(rest);
  };
  for (const { lagRecords, lagMs } of values) {
    if (lagRecords === null) put(codeUnknown);
    else if (lagRecords === 0n && lagMs === 0) put(codeNone);
    else {
      putBig(zigzag(lagRecords) + firstLag);
      put(lagMs === null ? 0 : Math.round(lagMs / lagMsUnit) + 1);
    }
  }
  return Buffer.from(buffer.subarray(0, at));
}

/** @throws RangeError for bytes that `packBody` did not write */
export function unpackBody(bytes: Uint8Array): BodyValue[] {
  const values: BodyValue[] = [];
  let at = 0;
  /** Small values, nearly all there are, without a BigInt. */
  const next = (): bigint => {
    let small = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 0x80) {
      const byte = byteAt();
      small += (byte & 0x7f) * scale;
      if (byte < 0x80) return BigInt(small);
    }
    let value = BigInt(small);
    for (let shift = 49n; ; shift += 7n) {
      const byte = byteAt();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const byteAt = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError('A packed sample ends in the middle of a value.');
    return byte;
  };
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === codeUnknown || byte === codeNone) {
      at += 1;
      values.push(byte === codeUnknown ? unknown : none);
      continue;
    }
    const lagRecords = unzigzag(next() - firstLag);
    const stored = Number(next());
    values.push({ lagRecords, lagMs: stored === 0 ? null : (stored - 1) * lagMsUnit });
  }
  return values;
}

const larger = <T extends bigint | number>(a: T | null, b: T | null): T | null =>
  a === null ? b : b === null || a >= b ? a : b;

/** The worse of two samples, each value by itself; an unknown one yields to what is known. */
export const worseValue = (a: BodyValue, b: BodyValue): BodyValue => ({
  lagRecords: larger(a.lagRecords, b.lagRecords),
  lagMs: larger(a.lagMs, b.lagMs),
});

/** The worse of two bodies of the same layout, place by place. */
export const worseBody = (a: readonly BodyValue[], b: readonly BodyValue[]): BodyValue[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) =>
    worseValue(a[at] ?? unknown, b[at] ?? unknown),
  );
