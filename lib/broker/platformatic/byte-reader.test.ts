import { describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';

/** Length 3 (zigzag 6), then `abc`, then length -1. */
const bytes = Buffer.from([6, 0x61, 0x62, 0x63, 1]);

describe('reading what is expected next', () => {
  it('goes on behind it when it is just that, and stays where it is when it is not', () => {
    const reader = new ByteReader(bytes);
    for (const other of ['abd', 'ab', 'abcd', '']) {
      expect(reader.skipIfNext(Buffer.from(other))).toBe(false);
      expect(reader.position).toBe(0);
    }
    expect(reader.skipIfNext(Buffer.from('abc'))).toBe(true);
    expect(reader.position).toBe(4);
    expect(reader.skipIfNext(Buffer.from(''))).toBe(false);
    expect(reader.nullableBytes()).toBeNull();
  });

  it('takes nothing that the bytes end in the middle of', () => {
    const cut = new ByteReader(bytes.subarray(0, 3));
    expect(cut.skipIfNext(Buffer.from('abc'))).toBe(false);
    expect(() => cut.nullableBytes()).toThrow('cut short');
    expect(() => new ByteReader(Buffer.alloc(0)).skipIfNext(Buffer.from('a'))).toThrow('cut short');
  });
});
