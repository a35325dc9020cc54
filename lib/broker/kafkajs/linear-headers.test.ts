import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactHeadersOf, type FieldDecoder, linearHeaders, type RecordDecoder } from './linear-headers.ts';

const require = createRequire(import.meta.url);
const Decoder: new (bytes: Buffer) => FieldDecoder = require('kafkajs/src/protocol/decoder.js');
const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');

/** kafkajs's own, whatever stands in its place in this process. */
function ownDecoder(): RecordDecoder {
  const inPlace = require.cache[path];
  delete require.cache[path];
  const own: RecordDecoder = require(path);
  if (inPlace) require.cache[path] = inPlace;
  return own;
}
const kafkajs = ownDecoder();
const linear = linearHeaders(kafkajs);

type Header = { name: Uint8Array; value: Uint8Array | null };
const named = (name: string, value: string | null): Header => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});

const varInt = (value: number): Buffer => {
  const bytes: number[] = [];
  let left = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return Buffer.from([...bytes, left]);
};
const field = (bytes: Uint8Array | null) =>
  bytes === null ? varInt(-1) : Buffer.concat([varInt(bytes.length), bytes]);

type Content = {
  delta: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly Header[];
};
/** A record as it stands in a batch. */
const encoded = ({ delta, key, value, headers }: Content): Buffer =>
  Buffer.concat([
    ...[Buffer.from([0]), varInt(delta), varInt(delta), field(key), field(value), varInt(headers.length)],
    ...headers.flatMap(({ name, value }) => [field(name), field(value)]),
  ]);
const decodedBy = (decode: RecordDecoder, content: Content, batch: object = {}) =>
  decode(new Decoder(encoded(content)), {
    firstOffset: '700',
    firstTimestamp: '1700000000000',
    magicByte: 2,
    ...batch,
  });
const withHeaders = (headers: readonly Header[]): Content => ({ delta: 1, key: null, value: null, headers });

const bytes = fc.uint8Array({ maxLength: 200 });
const orNull = fc.option(bytes);
const anyHeader = fc.record({
  name: fc.oneof(
    bytes,
    fc.constantFrom('a', 'b', '1', 'ü', '').map((name) => Buffer.from(name)),
  ),
  value: orNull,
});
const anyContent = fc.record({
  delta: fc.nat(),
  key: orNull,
  value: orNull,
  headers: fc.array(anyHeader, { maxLength: 12 }),
});
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));
const isOrdinary = ({ headers }: Content) =>
  !headers.some(({ name }) => inherited.has(Buffer.from(name).toString()));

describe('records decoded with linear headers', () => {
  it('are what kafkajs makes of them', () => {
    const batch = fc.record({
      isControlBatch: fc.boolean(),
      timestampType: fc.constantFrom(0, 1),
      maxTimestamp: fc.constant('1700000099999'),
    });
    fc.assert(
      fc.property(anyContent.filter(isOrdinary), batch, (content, context) => {
        const own = decodedBy(kafkajs, content, context);
        const mended = decodedBy(linear, content, context);
        expect(mended).toStrictEqual(own);
        expect(Object.entries(mended.headers)).toEqual(Object.entries(own.headers));
      }),
    );
  });

  it('have their headers as the log does too: order, duplicates, nulls, and names that are no text', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { headers } = decodedBy(linear, content);
        const plain = (each: readonly Header[] | null) =>
          each?.map(({ name, value }) => [Buffer.from(name), value && Buffer.from(value)]);
        expect(plain(exactHeadersOf(headers))).toEqual(plain(content.headers));
      }),
    );
  });

  it('gather the values of a name, of which the first may be null', () => {
    const { headers } = decodedBy(
      linear,
      withHeaders([named('a', null), named('b', 'x'), named('a', '1'), named('a', '2')]),
    );
    expect(headers).toEqual({ a: [null, Buffer.from('1'), Buffer.from('2')], b: Buffer.from('x') });
  });

  it('have only what the record says under the names that every object inherits', () => {
    const names = [...inherited];
    const { headers } = decodedBy(linear, withHeaders(names.map((name) => named(name, name))));
    expect(Object.entries(headers)).toEqual(names.map((name) => [name, Buffer.from(name)]));
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it('are refused where they say more headers than they have room for, and where a header has no name', () => {
    const none = withHeaders([]);
    const most = Buffer.concat([encoded(none).subarray(0, -1), varInt(2 ** 30)]);
    expect(() => linear(new Decoder(most), { firstOffset: '0', firstTimestamp: '0' })).toThrow('headers');
    const nameless = Buffer.concat([encoded(none).subarray(0, -1), varInt(1), varInt(-1), varInt(-1)]);
    expect(() => linear(new Decoder(nameless), { firstOffset: '0', firstTimestamp: '0' })).toThrow('name');
  });

  it('do not take longer for each header the more there are', () => {
    // kafkajs copies 200 million headers for these, and takes minutes.
    const headers = Array.from({ length: 20_000 }, (_, at) => named(`h${at % 15_000}`, 'v'));
    expect(Object.keys(decodedBy(linear, withHeaders(headers)).headers)).toHaveLength(15_000);
  });
});
