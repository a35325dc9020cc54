import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { pointerOf } from '#lib/domain/schemas/problem.ts';
import { decodeProtobuf } from '#lib/domain/schemas/protobuf/decode.ts';
import { messageAt, messageNamed, type ProtoMessage } from '#lib/domain/schemas/protobuf/message.ts';
import { resolveProtobuf } from '#lib/domain/schemas/protobuf/resolve.ts';
import { unknownFields, viewProtobuf } from '#lib/domain/schemas/protobuf/view.ts';
import { jsonOf } from '#lib/domain/schemas/value.ts';
import { parseProtobufSchema } from './protobuf-schema.ts';

const proto3 = (body: string) => `syntax = "proto3"; package shop; ${body}`;
const first = (text: string, references: Record<string, string> = {}): ProtoMessage => {
  const message = messageAt(parseProtobufSchema(text, new Map(Object.entries(references))), [0]);
  if (!message) throw new Error('There is no message in it');
  return message;
};
/** protobufjs' generated encoder, which shares nothing with the decoder but the names of the schema. */
const encode = (text: string, value: object): Uint8Array => {
  const root = protobuf.parse(text, { keepCase: true }).root;
  for (const name of ['google/protobuf/timestamp.proto', 'google/protobuf/duration.proto'])
    root.addJSON(protobuf.common.get(name)?.nested as Record<string, protobuf.AnyNestedObject>);
  const type = root.lookup('shop')?.parent?.lookup('shop') as protobuf.Namespace;
  const found = type.nestedArray.find((each) => each instanceof protobuf.Type);
  return found ? found.encode(found.fromObject(value)).finish() : new Uint8Array();
};
const json = (text: string, bytes: Uint8Array) =>
  JSON.parse(jsonOf(viewProtobuf(decodeProtobuf(bytes, first(text)))));
const written = (text: string, bytes: Uint8Array) => jsonOf(viewProtobuf(decodeProtobuf(bytes, first(text))));

const scalars = proto3(`message A {
  int32 a = 1; int64 b = 2; uint32 c = 3; uint64 d = 4; sint32 e = 5; sint64 f = 6; fixed32 g = 7; fixed64 h = 8;
  sfixed32 i = 9; sfixed64 j = 10; float k = 11; double l = 12; bool m = 13; string n = 14; bytes o = 15; }`);

describe('decodeProtobuf reads what another implementation writes', () => {
  it('every scalar at its ends, with all of its digits', () => {
    const value = {
      ...{ a: -1, b: '-9223372036854775808', c: 4294967295, d: '18446744073709551615', e: -(2 ** 31) },
      ...{ f: '-9223372036854775808', g: 4294967295, h: '18446744073709551615', i: -1, j: '-1' },
      ...{ k: 0.1, l: 1e300, m: true, n: 'Grüße', o: Buffer.from([0, 255]) },
    };
    expect(written(scalars, encode(scalars, value)).replaceAll(/\s+/g, ' ')).toBe(
      '{ "a": -1, "b": -9223372036854775808, "c": 4294967295, "d": 18446744073709551615, "e": -2147483648, "f": -9223372036854775808, "g": 4294967295, "h": 18446744073709551615, "i": -1, "j": -1, "k": 0.1, "l": 1e+300, "m": true, "n": "Grüße", "o": "AP8=" }',
    );
  });

  it('messages, lists, maps, enums, one of several, and themselves', () => {
    const text =
      proto3(`message Order { string order_id = 1; repeated Line lines = 2; map<string, int64> tags = 3;
      Colour colour = 4; oneof way { string post = 5; Line line = 6; } repeated int32 packed = 7; Order parent = 8;
      map<int32, Line> by = 9; message Line { string sku = 1; } enum Colour { NONE = 0; RED = 1; } }`);
    const value = {
      ...{ order_id: 'o-1', lines: [{ sku: 'a' }, { sku: 'b' }], tags: { x: 1, y: 2 }, colour: 'RED' },
      ...{ line: { sku: 'c' }, packed: [1, 300, -1], parent: { order_id: 'o-0' }, by: { 7: { sku: 'd' } } },
    };
    expect(json(text, encode(text, value))).toEqual(value);
  });

  it('times as they are read; by names that need no reference', () => {
    const text = proto3(`import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto";
      message A { google.protobuf.Timestamp at = 1; google.protobuf.Duration took = 2; }`);
    const value = { at: { seconds: 1777889410, nanos: 1000 }, took: { seconds: -1, nanos: -500000000 } };
    expect(json(text, encode(text, value))).toEqual({ at: '2026-05-04T10:10:10.000001Z', took: '-1.500s' });
    const never = encode(text, { at: { seconds: '9223372036854775807' } });
    expect(written(text, never)).toContain('"seconds": 9223372036854775807');
  });

  it('the bytes of the specification: 08 96 01 is 150, a list packed or not, a group', () => {
    const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
    expect(json(proto3('message A { int32 a = 1; }'), hex('08 96 01'))).toEqual({ a: 150 });
    const list = proto3('message A { repeated int32 a = 4; }');
    expect(json(list, hex('22 06 03 8e 02 9e a7 05'))).toEqual({ a: [3, 270, 86942] });
    expect(json(list, hex('20 03 20 8e 02'))).toEqual({ a: [3, 270] });
    const group = 'syntax = "proto2"; message A { optional group G = 1 { optional int32 x = 2; } }';
    expect(json(group, hex('0b 10 05 0c'))).toEqual({ g: { x: 5 } });
  });

  it('of two values the last, of two messages both', () => {
    const text = proto3('message A { int32 n = 1; A a = 2; int32 m = 3; }');
    expect(json(text, Buffer.from([8, 1, 8, 2, 18, 2, 8, 7, 18, 2, 24, 9]))).toEqual({
      n: 2,
      a: { n: 7, m: 9 },
    });
  });

  it('what the schema does not name is counted and not shown', () => {
    const datum = decodeProtobuf(
      encode(proto3('message A { int32 a = 1; string secret = 2; fixed64 c = 3; }'), {
        a: 1,
        secret: 's',
        c: 1,
      }),
      first(proto3('message A { int32 a = 1; }')),
    );
    expect(jsonOf(viewProtobuf(datum))).toBe('{\n  "a": 1\n}');
    expect(unknownFields(datum)).toBe(2);
  });
});

describe('what is broken or hostile ends in words', () => {
  const text = proto3('message A { string s = 1; A a = 2; int32 n = 3; }');
  it.each([
    [[0x0a, 5, 97], '/s: expected string of 5 bytes, found 1 bytes, then the end of the value'],
    [[0x12, 2, 0x0a], '/a: expected message shop.A of 2 bytes, found 1 bytes'],
    [[0x12, 2, 0x0a, 9], '/a/s: expected string of 9 bytes, found 0 bytes'],
    [[0x18], '/n: expected int32, found the end of the value'],
    [[0], 'the value: expected the tag of a field, found a number that is none'],
    [[0x0f], 'the value: expected the tag of a field, found a number that is none'],
    [[0x7b, 0x7b], 'expected the tag of a field, found the end of the value'],
    [[0x0c], 'found the end of group 1, which had not begun'],
  ])('%j', (bytes, message) => expect(() => json(text, Uint8Array.from(bytes))).toThrow(message));

  it('nesting without end, of messages and of unknown groups', () => {
    let deep = Buffer.alloc(0);
    for (let level = 0; level < 120; level++) {
      const length = deep.length < 128 ? [deep.length] : [(deep.length & 0x7f) | 0x80, deep.length >> 7];
      deep = Buffer.concat([Buffer.from([0x12, ...length]), deep]);
    }
    expect(() => json(text, deep)).toThrow('nests more than 100 deep');
    expect(() => json(text, Buffer.alloc(100_000, 0x7b))).toThrow('nests more than 100 deep');
  });

  it.each([
    ['message {', "the .proto file can't be read"],
    [proto3('message A { B b = 1; }'), "no such Type or Enum 'B'"],
    [proto3('import "b.proto"; message A { B b = 1; }'), 'not among its references: b.proto'],
    [`syntax = "proto3"; ${'message A {'.repeat(5000)}`, "can't be read"],
  ])('a schema: %.60s', (schema, message) => expect(() => first(schema)).toThrow(message));

  it('finds messages by position and by name, also with imports of the same package', () => {
    const file = parseProtobufSchema(
      proto3('import "other.proto"; enum E { Z = 0; } message A { message B { message C {} } Other o = 1; }'),
      new Map([['other.proto', proto3('message Other {}')]]),
    );
    expect(messageAt(file, [0, 0, 0])?.name).toBe('shop.A.B.C');
    expect(messageAt(file, [1])).toBeNull();
    expect(messageNamed(file, 'shop.A.B')?.name).toBe('shop.A.B');
  });
});

describe('resolveProtobuf', () => {
  const verdict = (writer: string, value: object, reader: string): string | null => {
    const found = resolveProtobuf(decodeProtobuf(encode(writer, value), first(writer)), first(reader));
    return found && `${pointerOf(found.path)}: ${found.expected} / ${found.found}`;
  };
  it.each([
    ['the same', 'message A { int32 a = 1; }', { a: 1 }, 'message A { int32 a = 1; }'],
    ['another name, a wider type', 'message A { int32 a = 1; }', { a: 1 }, 'message B { int64 b = 1; }'],
    [
      'a narrower type that the value fits',
      'message A { int64 a = 1; }',
      { a: 5 },
      'message A { int32 a = 1; }',
    ],
    [
      'a field that went',
      'message A { int32 a = 1; string b = 2; }',
      { a: 1, b: 'x' },
      'message A { int32 a = 1; }',
    ],
    ['a new field', 'message A { int32 a = 1; }', { a: 1 }, 'message A { int32 a = 1; string b = 2; }'],
    ['a list of one', 'message A { repeated string a = 1; }', { a: ['x'] }, 'message A { string a = 1; }'],
    [
      'a number that an open enum has no name for',
      'message A { int32 a = 1; }',
      { a: 7 },
      'message A { E a = 1; } enum E { Z = 0; }',
    ],
  ])('fits: %s', (_, writer, value, reader) => {
    expect(verdict(proto3(writer), value, proto3(reader))).toBeNull();
  });
  it.each([
    ['message A { string a = 1; }', { a: 'x' }, proto3('message A { int32 a = 1; }'), '/a: int32 / string'],
    ['message A { sint32 a = 1; }', { a: 1 }, proto3('message A { int32 a = 1; }'), '/a: int32 / sint32'],
    [
      'message A { int64 a = 1; }',
      { a: 5e9 },
      proto3('message A { int32 a = 1; }'),
      '/a: int32 / int64 outside its range',
    ],
    [
      'message A { bytes a = 1; }',
      { a: Buffer.from([0xff]) },
      proto3('message A { fixed32 a = 1; }'),
      '/a: fixed32 / bytes',
    ],
    [
      'message A { repeated string a = 1; }',
      { a: ['x', 'y'] },
      proto3('message A { string a = 1; }'),
      '/a: one string / 2 of them',
    ],
    [
      'message A { repeated B b = 1; message B { string s = 1; } }',
      { b: [{}, { s: 'x' }] },
      proto3('message A { repeated B b = 1; message B { double s = 1; } }'),
      '/b/1/s: double / string',
    ],
    [
      'message A { map<string, string> m = 1; }',
      { m: { k: 'v' } },
      proto3('message A { map<string, bool> m = 1; }'),
      '/m/k: bool / string',
    ],
    [
      'message A { int32 a = 1; }',
      { a: 1 },
      'syntax = "proto2"; message A { required string b = 2; }',
      '/b: required string / no such field',
    ],
    [
      'message A { int32 a = 1; }',
      { a: 7 },
      'syntax = "proto2"; message A { optional E a = 1; } enum E { Z = 0; }',
      '/a: enum E / a number that it has no name for',
    ],
  ])('violates: %s', (writer, value, reader, expected) => {
    expect(verdict(proto3(writer), value, reader)).toBe(expected);
  });
});
