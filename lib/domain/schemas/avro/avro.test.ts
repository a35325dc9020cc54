import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { jsonOf, type SchemaValue } from '../value.ts';
import { decodeAvro } from './decode.ts';
import { parseAvroSchema } from './parse-schema.ts';
import { viewAvro } from './view.ts';

/** avsc takes longs as they are, and cannot see that the two sides are different code: it writes, ours reads. */
const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});
const encode = (schema: object | string, value: unknown): Buffer =>
  avsc.Type.forSchema(schema as avsc.Schema, { registry: { long }, wrapUnions: true }).toBuffer(value);
const view = (schema: object | string, bytes: Uint8Array, references: string[] = []): SchemaValue =>
  viewAvro(decodeAvro(bytes, parseAvroSchema(JSON.stringify(schema), references)));
const shown = (schema: object | string, value: unknown): unknown =>
  jsonOf(view(schema, encode(schema, value)));
const record = (fields: object[], name = 'com.shop.Order') => ({ type: 'record', name, fields });

describe('decodeAvro reads what another implementation writes', () => {
  it.each([
    ['null', null, 'null'],
    ['boolean', true, 'true'],
    ['int', -(2 ** 31), '-2147483648'],
    ['long', 2n ** 63n - 1n, '9223372036854775807'],
    ['long', -(2n ** 63n), '-9223372036854775808'],
    ['float', Math.fround(0.1), '0.1'],
    ['double', 1e-7, '1e-7'],
    ['double', Number.NaN, '"NaN"'],
    ['string', 'Grüße "\u2028"', JSON.stringify('Grüße "\u2028"')],
    ['bytes', Buffer.from([0, 255]), '"AP8="'],
    [{ type: 'array', items: 'int' }, [], '[]'],
    [{ type: 'fixed', name: 'F', size: 3 }, Buffer.from('abc'), '"YWJj"'],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, 'B', '"B"'],
    [['null', 'string'], { string: 'x' }, '"x"'],
    [['null', 'string'], null, 'null'],
  ])('%j', (schema, value, expected) => expect(shown(schema, value)).toBe(expected));

  it('records, arrays, maps and unions inside each other, names in order', () => {
    const line = record(
      [
        { name: 'sku', type: 'string' },
        { name: 'n', type: 'long' },
      ],
      'Line',
    );
    const schema = record([
      { name: 'id', type: 'long' },
      { name: 'lines', type: { type: 'array', items: line } },
      { name: 'tags', type: { type: 'map', values: ['null', 'int'] } },
    ]);
    const value = { id: 12345678901234567n, lines: [{ sku: 'a', n: 1n }], tags: { x: { int: 1 }, y: null } };
    expect(shown(schema, value)).toBe(
      '{\n  "id": 12345678901234567,\n  "lines": [\n    {\n      "sku": "a",\n      "n": 1\n    }\n  ],\n  "tags": {\n    "x": 1,\n    "y": null\n  }\n}',
    );
  });

  it('a record that stands inside itself, and names of other schemas', () => {
    const node = record([{ name: 'next', type: ['null', 'com.shop.Node'] }], 'com.shop.Node');
    expect(shown(node, { next: { 'com.shop.Node': { next: null } } })).toBe(
      '{\n  "next": {\n    "next": null\n  }\n}',
    );
    const money = record([{ name: 'cents', type: 'int' }], 'com.shop.Money');
    const order = record([{ name: 'total', type: 'Money' }]);
    expect(jsonOf(view(order, encode('int', 42), [JSON.stringify(money)]))).toBe(
      '{\n  "total": {\n    "cents": 42\n  }\n}',
    );
  });
});

describe('logical types are shown as people write them', () => {
  const decimal = { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 };
  it.each([
    [{ type: 'int', logicalType: 'date' }, 'int', 20_577, '"2026-05-04"'],
    [{ type: 'int', logicalType: 'time-millis' }, 'int', 36_610_001, '"10:10:10.001"'],
    [
      { type: 'long', logicalType: 'timestamp-millis' },
      'long',
      1_777_889_410_001n,
      '"2026-05-04T10:10:10.001Z"',
    ],
    [{ type: 'long', logicalType: 'timestamp-micros' }, 'long', -1n, '"1969-12-31T23:59:59.999999Z"'],
    [{ type: 'long', logicalType: 'local-timestamp-nanos' }, 'long', 1n, '"1970-01-01T00:00:00.000000001"'],
    // Outside of any calendar it stays what it is.
    [{ type: 'long', logicalType: 'timestamp-millis' }, 'long', 2n ** 62n, '4611686018427387904'],
    [decimal, 'bytes', Buffer.from([0x30, 0x39]), '123.45'],
    [decimal, 'bytes', Buffer.from([0xff]), '-0.01'],
    [decimal, 'bytes', Buffer.alloc(0), '0.00'],
    [{ type: 'string', logicalType: 'uuid' }, 'string', 'x', '"x"'],
    // An annotation that makes no sense is no annotation.
    [{ type: 'string', logicalType: 'timestamp-millis' }, 'string', 'x', '"x"'],
    [{ ...decimal, scale: 10 }, 'bytes', Buffer.from([1]), '"AQ=="'],
  ])('%j', (schema, base, value, expected) => {
    expect(jsonOf(view(schema, encode(base, value)))).toBe(expected);
  });

  it('decimals and durations in fixed bytes', () => {
    const fixed = (size: number, more: object) => ({ type: 'fixed', name: 'F', size, ...more });
    const amount = fixed(4, { logicalType: 'decimal', precision: 9, scale: 3 });
    expect(jsonOf(view(amount, Buffer.from([0xff, 0xff, 0xff, 0xfe])))).toBe('-0.002');
    const duration = Buffer.alloc(12);
    [1, 2, 3500].forEach((part, index) => void duration.writeUInt32LE(part, index * 4));
    expect(jsonOf(view(fixed(12, { logicalType: 'duration' }), duration))).toBe('"P1M2DT3.5S"');
  });

  it('a number too long to read stays bytes', () => {
    const huge = Buffer.concat([Buffer.from([0xd0, 0x0f]), Buffer.alloc(1000, 0x7f)]);
    expect(view({ type: 'bytes', logicalType: 'decimal', precision: 2400 }, huge).kind).toBe('string');
  });
});

describe('what is no value of its schema is refused with its place', () => {
  const order = record([
    { name: 'id', type: 'long' },
    { name: 'lines', type: { type: 'array', items: record([{ name: 'sku', type: 'string' }], 'Line') } },
  ]);
  const bytes = encode(order, { id: 1n, lines: [{ sku: 'abc' }, { sku: 'def' }] });
  it.each([
    [
      bytes.subarray(0, 8),
      '/lines/1/sku: expected a string of 3 bytes, found 1 bytes, then the end of the value',
    ],
    [Buffer.alloc(0), '/id: expected a long, found the end of the value'],
    [
      Buffer.concat([bytes, Buffer.from('x')]),
      'the value: expected the end of the value, found 1 more bytes',
    ],
    [Buffer.from([2, 2, 1]), '/lines/0/sku: expected a string, found a negative length'],
    [Buffer.alloc(12, 0xff), '/id: expected a long, found a number of more than 10 bytes'],
  ])('%j', (broken, message) => expect(() => view(order, broken)).toThrow(message));

  it.each([
    [{ type: 'enum', name: 'E', symbols: ['A'] }, [2], 'expected one of 1 symbols of E, found symbol 1'],
    [['null', 'int'], [4], 'expected one of 2 branches of a union, found branch 2'],
    ['boolean', [2], 'expected a boolean (0 or 1), found another byte'],
    ['int', [0xff, 0xff, 0xff, 0xff, 0xff, 1], 'expected an int, found a number of more than 32 bits'],
  ])('%j', (schema, broken, message) => expect(() => view(schema, Uint8Array.from(broken))).toThrow(message));
});

describe('hostile schemas and values end in words', () => {
  const node = record([{ name: 'next', type: ['null', 'N'] }], 'N');
  it('more values than anybody reads, each of no bytes', () => {
    const count = encode('long', 2n ** 62n);
    expect(() => view({ type: 'array', items: 'null' }, count)).toThrow('it holds more than 100,000 values');
  });
  it('a value that nests without end', () => {
    expect(() => view(node, Buffer.alloc(1_000_000, 2))).toThrow('it nests more than 100 deep');
  });
  it.each([
    ['{', 'it is not JSON'],
    ['{"type":"record","name":"A"}', 'the record A has no fields'],
    ['"Missing"', 'it names Missing, which is not defined before'],
    ['42', 'a type is neither a name, a list nor an object'],
    ['{"type":"fixed","name":"F","size":-1}', 'the fixed F has no size'],
    [`${'['.repeat(200)}"int"${']'.repeat(200)}`, 'it nests more than 100 deep'],
    [`[${'{"type":"array","items":"int"},'.repeat(20_000)}"int"]`, 'more than 20000 types'],
  ])('a schema: %.40s', (text, message) => expect(() => parseAvroSchema(text)).toThrow(message));
  it('names of prototypes are names', () => {
    const schema = { type: 'record', name: 'constructor', fields: [{ name: '__proto__', type: 'int' }] };
    expect(jsonOf(view(schema, encode('int', 1)))).toBe('{\n  "__proto__": 1\n}');
    expect(({} as Record<string, unknown>).int).toBeUndefined();
  });
});
