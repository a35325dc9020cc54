import avsc from 'avsc';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import type { DeclaredContract, Verdict } from '#lib/domain/schemas/contract.ts';
import { pointerOf } from '#lib/domain/schemas/problem.ts';
import { readSchemaHeader, type SchemaHeader } from '#lib/domain/schemas/schema-header.ts';
import { jsonOf } from '#lib/domain/schemas/value.ts';
import { checkContract } from './check-contract.ts';
import { decodePayload } from './decode-payload.ts';
import { type RegisteredSchema, RegistryFailure, type SchemaRegistry } from './port.ts';

const orderAvro = (...more: object[]) =>
  JSON.stringify({ type: 'record', name: 'shop.Order', fields: [{ name: 'id', type: 'long' }, ...more] });
const proto = 'syntax = "proto3"; package shop; message Other {} message Order { int64 id = 1; }';
const jsonSchema = (more: object = {}) =>
  JSON.stringify({ type: 'object', required: ['id'], properties: { id: { type: 'integer' } }, ...more });

/** Of the schema with this id. */
const guidOf = (id: number) => `00000000-0000-0000-0000-${String(id).padStart(12, '0')}`;
const inHeader = (
  rest: readonly number[] = [],
  of: readonly number[] = [0, 0, 0, 0, 1],
): SchemaHeader | null =>
  readSchemaHeader(
    [{ name: Buffer.from('__value_schema_id'), value: Buffer.from([...of, ...rest]) }],
    'value',
  );

type Registered = { subject: string; version: number; kind: RegisteredSchema['kind']; text: string };
/** A registry that holds what it is given: ids are positions from 1, the last version of a subject is its newest. */
function registryOf(...all: Registered[]): SchemaRegistry {
  const missing = (what: string) =>
    new RegistryFailure('unknown_schema', `The schema registry does not know ${what}.`);
  const found = (each: Registered | undefined, what: string) => {
    if (!each) throw missing(what);
    return { ...each, id: all.indexOf(each) + 1, references: [] };
  };
  return {
    schemaById: async (id) => found(all[id - 1], `schema ${id}`),
    schemaByGuid: async (guid) =>
      found(
        all.find((_, at) => guidOf(at + 1) === guid),
        `schema ${guid}`,
      ),
    versionsOf: async (id) => all.slice(id - 1, id),
    version: async (of) =>
      found(
        all.find((each) => each.subject === of.subject && each.version === of.version),
        of.subject,
      ),
    latest: async (subject) =>
      found(
        all.findLast((each) => each.subject === subject),
        subject,
      ),
    compatibility: async () => 'BACKWARD',
  };
}
const avroOrder: Registered = { subject: 'orders-value', version: 1, kind: 'avro', text: orderAvro() };
const protoOrder: Registered = { subject: 'orders-value', version: 1, kind: 'protobuf', text: proto };
const jsonOrder: Registered = {
  subject: 'orders-value',
  version: 1,
  kind: 'json-schema',
  text: jsonSchema(),
};

/** The wire format as its documentation has it: zero, the id in four bytes, the value. */
const framed = (id: number, ...parts: (Uint8Array | string)[]): Buffer => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, ...parts.map((part) => Buffer.from(part as string))]);
};
const avroBytes = avsc.Type.forSchema(JSON.parse(orderAvro())).toBuffer({ id: 42 });
const orderType = protobuf.parse(proto).root.lookupType('shop.Order');
/** Message 1 of the file: a list of one, then the position, as zigzag. */
const protoBytes = Buffer.concat([Buffer.from([2, 2]), orderType.encode({ id: 42 }).finish()]);

const subject: DeclaredContract & { kind: 'subject' } = {
  kind: 'subject',
  subject: 'orders-value',
  version: null,
};
const check = async (
  registry: SchemaRegistry | null,
  bytes: Uint8Array | null,
  contract: DeclaredContract = subject,
) => {
  const { written } = await decodePayload(registry, bytes, 'orders-value');
  const { verdict } = await checkContract(registry, contract, written);
  return inWords(verdict);
};
const inWords = (verdict: Verdict): string => {
  if (verdict.state === 'fits') return verdict.note === null ? 'fits' : `fits: ${verdict.note}`;
  if (verdict.state === 'unknown') return `unknown: ${verdict.why}`;
  return `${pointerOf(verdict.path)}: ${verdict.expected} / ${verdict.found}`;
};

describe('decodePayload', () => {
  it.each([
    ['avro', avroOrder, avroBytes, 'shop.Order'],
    ['protobuf', protoOrder, protoBytes, 'shop.Order'],
    ['json-schema', jsonOrder, Buffer.from('{"id": 12345678901234567890}'), null],
  ] as const)('%s, with what the registry says of its schema', async (format, registered, bytes, name) => {
    const { decoded } = await decodePayload(registryOf(registered), framed(1, bytes), 'orders-value');
    expect(decoded?.schema).toEqual({ id: 1, guid: null, format, subject: 'orders-value', version: 1, name });
    if (decoded?.state === 'json') expect(decoded.text).toBe('{"id": 12345678901234567890}');
    else if (decoded?.state === 'decoded') expect(jsonOf(decoded.value)).toBe('{\n  "id": 42\n}');
    else expect.unreachable();
  });

  it.each([
    ['avro', avroOrder, avroBytes, []],
    ['protobuf', protoOrder, orderType.encode({ id: 42 }).finish(), [2, 2]],
    ['json-schema', jsonOrder, Buffer.from('{"id": 42}'), []],
  ] as const)(
    '%s whose header names the schema, by id and by GUID',
    async (format, registered, bytes, rest) => {
      const registry = registryOf(registered);
      const byId = await decodePayload(registry, bytes, null, inHeader(rest));
      expect(byId.decoded).toMatchObject({ schema: { id: 1, guid: null, format, subject: 'orders-value' } });
      const guid = [1, ...Array(15).fill(0), 1];
      const byGuid = await decodePayload(registry, bytes, null, inHeader(rest, guid));
      expect(byGuid.decoded).toMatchObject({ schema: { id: null, guid: guidOf(1), format, subject: null } });
      for (const { decoded, written } of [byId, byGuid]) {
        expect(decoded?.state).toMatch(/^decoded$|^json$/);
        expect((await checkContract(registry, subject, written)).verdict).toEqual({
          state: 'fits',
          note: null,
        });
      }
    },
  );

  it('a header that names a schema is believed before what stands in front, and says why not', async () => {
    const registry = registryOf(avroOrder);
    // A long of zero and what looks like the id 1 is no frame here.
    const { decoded } = await decodePayload(registry, framed(1, avroBytes), null, inHeader());
    expect(decoded).toMatchObject({ state: 'undecoded', why: 'It is not what its Avro schema 1 says' });
    const lost = inHeader([], [1, ...Array(15).fill(0), 9]);
    expect((await decodePayload(registry, avroBytes, null, lost)).decoded).toMatchObject({
      why: `The schema registry does not know schema ${guidOf(9)}.`,
    });
    const odd = await decodePayload(registry, framed(1, avroBytes), null, inHeader([], [7]));
    expect(odd.decoded).toMatchObject({ schema: { id: null, guid: null }, state: 'undecoded' });
    expect(odd.written).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('begins with the byte 7'),
    });
    const unasked = await decodePayload(null, avroBytes, null, inHeader());
    expect(unasked.decoded).toMatchObject({
      why: 'Its header names the schema 1, and the cluster declares no schema registry to ask.',
    });
    const noMessage = await decodePayload(registryOf(protoOrder), protoBytes, null, inHeader());
    expect(noMessage.decoded).toMatchObject({ why: 'It is not what its Protobuf schema 1 says' });
  });

  it('the first message of a file has the short form', async () => {
    const registered = { ...protoOrder, text: 'syntax = "proto3"; message A { string s = 1; }' };
    const { decoded } = await decodePayload(registryOf(registered), framed(1, '\0', '\n\u0001x'), null);
    expect(decoded?.state === 'decoded' && jsonOf(decoded.value)).toBe('{\n  "s": "x"\n}');
  });

  it.each([
    ['text', 'hello'],
    ['json', '0'],
    ['json', '{"a":1}'],
    ['bytes', '\u0000abc'],
    ['bytes', '\u0000\ufffd\ufffd\ufffdxyz'],
  ])('no frame: %s %j', async (kind, text) => {
    const read = await decodePayload(registryOf(), Buffer.from(text), null);
    expect(read.decoded).toBeNull();
    expect(read.written.kind).toBe(kind);
  });

  it.each([
    [framed(9, 'x'), 'The schema registry does not know schema 9.'],
    [framed(2 ** 31 - 1, 'x'), 'The schema registry does not know schema 2147483647.'],
    [framed(1), 'It is not what its Avro schema 1 says'],
    [framed(1, avroBytes, 'x'), 'It is not what its Avro schema 1 says'],
    [framed(1, Buffer.alloc(9_000_000)), 'It was not decoded: it is over 8388608 bytes.'],
  ])('says why not: %.8j', async (bytes, why) => {
    const { decoded } = await decodePayload(registryOf(avroOrder), bytes, null);
    expect(decoded).toMatchObject({ state: 'undecoded', why });
  });

  it.each([
    [
      'avro',
      '{"type": "Missing"}',
      "Its Avro schema 1 can't be used: it names Missing, which is not defined before.",
    ],
    ['protobuf', 'message {', "Its Protobuf schema 1 can't be used: the .proto file can't be read"],
  ] as const)('a %s schema that is none', async (kind, text, why) => {
    const { decoded } = await decodePayload(registryOf({ ...avroOrder, kind, text }), framed(1, 'x'), null);
    expect(decoded?.state === 'undecoded' && decoded.why).toContain(why);
  });

  it('a position that the file has no message at', async () => {
    const { decoded } = await decodePayload(
      registryOf(protoOrder),
      framed(1, Buffer.from([2, 8, 8, 1])),
      null,
    );
    expect(decoded).toMatchObject({ state: 'undecoded', why: 'It is not what its Protobuf schema 1 says' });
  });

  it('a registry that answers with what is no answer of its own is a fault, not a verdict', async () => {
    const registry = { ...registryOf(), schemaById: () => Promise.reject(new Error('a fault')) };
    await expect(decodePayload(registry, framed(1, 'x'), null)).rejects.toThrow('a fault');
  });
});

describe('checkContract', () => {
  it.each([
    ['avro', avroOrder, avroBytes],
    ['protobuf', protoOrder, protoBytes],
    ['json-schema', jsonOrder, Buffer.from('{"id":1}')],
  ] as const)('%s that fits', async (_, registered, bytes) => {
    expect(await check(registryOf(registered), framed(1, bytes))).toBe('fits');
  });

  it('the newest version decides, unless one is declared', async () => {
    const next = { ...avroOrder, version: 2, text: orderAvro({ name: 'total', type: 'string' }) };
    const registry = registryOf(avroOrder, next);
    expect(await check(registry, framed(1, avroBytes))).toBe('/total: a string / no such field');
    expect(await check(registry, framed(1, avroBytes), { ...subject, version: 1 })).toBe('fits');
  });

  it('protobuf and JSON by what stands in them', async () => {
    const nextProto = { ...protoOrder, version: 2, text: proto.replace('int64 id', 'string id') };
    expect(await check(registryOf(protoOrder, nextProto), framed(1, protoBytes))).toBe('/id: string / int64');
    expect(await check(registryOf(jsonOrder), framed(1, '{"id":"4111"}'))).toBe(
      '/id: integer / a string of 4 characters',
    );
  });

  it('another format than the contract, and no value of its own schema', async () => {
    const registry = registryOf(protoOrder, avroOrder);
    expect(await check(registry, framed(1, protoBytes))).toBe(': Avro / Protobuf');
    expect(await check(registry, Buffer.from('{"id":1}'))).toBe(': Avro / JSON');
    expect(await check(registry, Buffer.from('card=4111'))).toBe(': Avro / text');
    expect(await check(registry, framed(2, Buffer.from([0x80])))).toBe('/id: a long / the end of the value');
  });

  it('JSON without the id of a schema fits, with a remark', async () => {
    expect(await check(registryOf(jsonOrder), Buffer.from('{"id":1}'))).toBe(
      'fits: It carries no id of a schema: a consumer that expects one refuses it.',
    );
    const file: DeclaredContract = { kind: 'file', file: 'order.json', text: jsonSchema() };
    expect(await check(null, Buffer.from('{"id":1}'), file)).toBe('fits');
    expect(await check(null, Buffer.from('{}'), file)).toBe('/id: a value, which is required / nothing');
  });

  it.each([
    [registryOf(avroOrder), null, 'It has no value (a tombstone), which a contract says nothing about.'],
    [registryOf(avroOrder), framed(9, 'x'), 'The schema registry does not know schema 9.'],
    [
      registryOf({ ...avroOrder, subject: 'other' }),
      framed(1, avroBytes),
      'The schema registry does not know orders-value.',
    ],
    [registryOf(avroOrder), Buffer.from([1, 2, 0, 255]), 'which one did is not known.'],
    [
      registryOf(avroOrder, { ...avroOrder, text: '{' }),
      framed(1, avroBytes),
      "The contract can't be used: it is not JSON.",
    ],
    [null, framed(1, avroBytes), 'the cluster declares no schema registry to ask.'],
    [null, Buffer.from('{}'), 'and the cluster declares no schema registry.'],
  ])('is unknown, with why: %#', async (registry, bytes, why) => {
    const said = await check(registry, bytes);
    expect(said).toMatch(/^unknown: /);
    expect(said).toContain(why);
  });

  it('is unknown where none is declared or its file is not there', async () => {
    const { written } = await decodePayload(null, Buffer.from('{}'), null);
    for (const declared of [
      { kind: 'none', why: 'No flow.' },
      { kind: 'unreadable', file: 'x', why: 'No file.' },
    ] as const)
      expect(inWords((await checkContract(null, declared, written)).verdict)).toBe(
        `unknown: ${declared.why}`,
      );
  });
});
