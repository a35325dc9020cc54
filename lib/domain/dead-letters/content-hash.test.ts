import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../kernel/record.ts';
import { contentHash } from './content-hash.ts';

type Content = Pick<LogRecord, 'key' | 'value' | 'headers'>;
const bytes = (text: string) => Buffer.from(text);
const nullable = fc.option(fc.uint8Array({ maxLength: 8 }), { nil: null });
const content: fc.Arbitrary<Content> = fc.record({
  key: nullable,
  value: nullable,
  headers: fc.array(fc.record({ name: fc.uint8Array({ maxLength: 4 }), value: nullable }), { maxLength: 4 }),
});
const hex = (value: Uint8Array | null) => (value === null ? null : Buffer.from(value).toString('hex'));
const spelledOut = (record: Content) =>
  JSON.stringify([
    hex(record.key),
    hex(record.value),
    record.headers.map((h) => [hex(h.name), hex(h.value)]),
  ]);

describe('contentHash', () => {
  it('is equal exactly when key, value and headers in order are', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(contentHash(a) === contentHash(b)).toBe(spelledOut(a) === spelledOut(b));
      }),
    );
  });

  it('tells null from empty, and bytes of the key from bytes of the value', () => {
    const hashes = [
      { key: null, value: null, headers: [] },
      { key: bytes(''), value: null, headers: [] },
      { key: null, value: bytes(''), headers: [] },
      { key: bytes('ab'), value: bytes('c'), headers: [] },
      { key: bytes('a'), value: bytes('bc'), headers: [] },
      { key: null, value: null, headers: [{ name: bytes('a'), value: null }] },
      { key: null, value: null, headers: [{ name: bytes('a'), value: bytes('') }] },
    ].map((each) => contentHash(each));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('of a record of any size is the hash of its fields, each behind its length', () => {
    const field = (value: Uint8Array | null): Buffer[] => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(value === null ? -1 : value.length);
      return value === null ? [length] : [length, Buffer.from(value)];
    };
    const count = (of: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(of);
      return bytes;
    };
    // The border lies at 64 KiB of input.
    for (const size of [0, 65_400, ...Array.from({ length: 80 }, (_, index) => 65_460 + index), 300_000])
      for (const order of [null, [1, 0]]) {
        const value = Buffer.alloc(size, 'v');
        const headers = [
          { name: bytes('a'), value: bytes('é') },
          { name: bytes('bc'), value: null },
        ];
        const inOrder = order ? [...headers].reverse() : headers;
        const input = [
          ...field(bytes('k')),
          ...field(value),
          count(headers.length),
          ...inOrder.flatMap((header) => [...field(header.name), ...field(header.value)]),
        ];
        const expected = createHash('sha256').update(Buffer.concat(input)).digest('hex');
        expect(contentHash({ key: bytes('k'), value, headers }, order)).toBe(expected);
      }
  });

  it('stays what it is: manifests that were approved name it', () => {
    expect(
      contentHash({ key: bytes('k'), value: bytes('v'), headers: [{ name: bytes('h'), value: null }] }),
    ).toBe('be9c11e87c9d711ba1c3c9ecf0666ce59042e32b5cdce5f56b64355089ee8ceb');
  });
});
