import { inspect } from 'node:util';
import avsc from 'avsc';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopics, testCluster, testPrefix, testProducer, withTestAdmin } from '#fixtures/kafka.ts';
import { startSchemaRegistry, type TestRegistry } from '#fixtures/schema-registry.ts';
import type { RecordView } from '#lib/domain/dead-letters/record-view.ts';
import { createSchemaRegistry } from '#lib/registry/client.ts';
import { connectCluster } from '../platformatic/connect.ts';
import { createPayloadReader, type PayloadReader } from './payload-reader.ts';
import type { SearchRequest } from './protocol.ts';

const topic = `${testPrefix()}orders.dlq`;
const card = '4111111111111111';
const cardType = { type: 'record', name: 'Card', fields: [{ name: 'number', type: 'string' }] };
const avroOrder = (...more: object[]) => ({
  type: 'record',
  name: 'shop.Order',
  fields: [{ name: 'id', type: 'long' }, { name: 'card', type: ['null', cardType], default: null }, ...more],
});
const whole = { depth: null, maxStringLength: null, maxArrayLength: null } as const;
const money = 'syntax = "proto3"; package shop; message Money { int64 cents = 1; }';
const protoOrder = (type: string) =>
  `syntax = "proto3"; package shop; import "money.proto"; message Order { ${type} id = 1; Money total = 2; string card_number = 3; }`;
const jsonOrder = (required: string[]) =>
  JSON.stringify({ type: 'object', required, properties: { id: { type: 'integer' } } });

let registry: TestRegistry;
let reader: PayloadReader;
let unregistered: PayloadReader;
let topicId = '';
const written: { value: Buffer | string; key?: Buffer; headers?: Record<string, string | Buffer> }[] = [];
/** Puts a record behind those that are there. @returns its offset */
const add = (value: Buffer | string, more: Omit<(typeof written)[number], 'value'> = {}): number =>
  written.push({ value, ...more }) - 1;
const offsets: Record<string, number> = {};

const framed = (id: number, ...parts: (Uint8Array | string)[]): Buffer => {
  const head = Buffer.alloc(5);
  head.writeInt32BE(id, 1);
  return Buffer.concat([head, ...parts.map((part) => Buffer.from(part as string))]);
};

beforeAll(async () => {
  const [started] = await Promise.all([startSchemaRegistry(), createTopics([{ topic }])]);
  registry = started;
  const avroId = await registry.register('avro-value', JSON.stringify(avroOrder()));
  await registry.register('avro-value', JSON.stringify(avroOrder({ name: 'currency', type: 'string' })));
  const references = [{ name: 'money.proto', subject: 'money.proto', version: 1 }];
  await registry.register('money.proto', money, { schemaType: 'PROTOBUF' });
  const protoId = await registry.register('proto-value', protoOrder('int64'), {
    schemaType: 'PROTOBUF',
    references,
  });
  await registry.register('proto-value', protoOrder('string'), { schemaType: 'PROTOBUF', references });
  const jsonId = await registry.register('json-value', jsonOrder(['id']), { schemaType: 'JSON' });
  await registry.register('json-value', jsonOrder(['id', 'total']), { schemaType: 'JSON' });

  const avro = avsc.Type.forSchema(avroOrder() as avsc.Schema, { wrapUnions: true });
  const headers = {
    '__connect.errors.topic': 'orders',
    '__connect.errors.partition': '0',
    '__connect.errors.offset': '0',
    '__connect.errors.exception.class.name': 'shop.Declined',
    '__connect.errors.exception.message': `card ${card} declined`,
  };
  const avroBytes = avro.toBuffer({ id: 42, card: { 'shop.Card': { number: card } } });
  offsets.avro = add(framed(avroId, avroBytes), {
    headers,
    key: framed(avroId, avro.toBuffer({ id: 7, card: null })),
  });
  const byHeader = Buffer.alloc(5);
  byHeader.writeInt32BE(avroId, 1);
  offsets.headed = add(avroBytes, { headers: { __value_schema_id: byHeader } });
  offsets.cut = add(framed(avroId, avroBytes.subarray(0, 9)));
  const root = protobuf.parse(money, { keepCase: true }).root;
  const order = protobuf.parse(protoOrder('int64'), root, { keepCase: true }).root.lookupType('shop.Order');
  const message = order.encode(
    order.fromObject({ id: 42, total: { cents: '9007199254740993' }, card_number: card }),
  );
  offsets.proto = add(framed(protoId, '\0', message.finish()));
  offsets.json = add(framed(jsonId, '{"id": 12345678901234567890}'));
  offsets.unknown = add(framed(2 ** 31 - 1, 'x'));
  offsets.text = add('card=4111');

  const producer = testProducer();
  await producer.connect();
  await producer.send({ topic, messages: written });
  await producer.disconnect();
  const cluster = connectCluster(testCluster());
  const [info] = await cluster.admin.describeTopics([topic]);
  topicId = info?.topicId ?? '';
  await cluster.close();
  const silent = { log: () => undefined };
  const schemaRegistry = { url: registry.url, username: null, password: null };
  reader = createPayloadReader([{ ...testCluster(), schemaRegistry }], silent);
  unregistered = createPayloadReader(
    [{ ...testCluster(), schemaRegistry: { ...schemaRegistry, url: 'http://127.0.0.1:1/apis/ccompat/v7' } }],
    silent,
  );
});
afterAll(async () => {
  await Promise.all([reader?.close(), unregistered?.close(), registry?.stop()]);
  await withTestAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
});

type More = {
  subject?: string;
  version?: number | null;
  mask?: string[];
  withPayload?: boolean;
  from?: PayloadReader;
};
async function read(
  name: string,
  { subject = `${name}-value`, version = null, mask = [], withPayload = true, from = reader }: More = {},
): Promise<RecordView> {
  const record = await from.read({
    ...{ cluster: 'main', topicId, partition: 0, offset: BigInt(offsets[name] ?? -1) },
    ...{ mask, mapping: null, withPayload, contract: { kind: 'subject', subject, version } },
  });
  if (!record) throw new Error(`${name} is not there`);
  return record;
}

describe('records with schemas of a real registry', () => {
  it('are decoded, with subject, version and id, and held against the newest version', async () => {
    const avro = await read('avro');
    expect(JSON.parse(avro.payload?.value.data ?? '')).toEqual({ id: 42, card: { number: card } });
    expect(avro.payload?.value).toMatchObject({
      encoding: 'avro',
      schema: { format: 'avro', subject: 'avro-value', version: 1, name: 'shop.Order' },
    });
    expect(avro.payload?.key).toMatchObject({ encoding: 'avro', data: '{\n  "id": 7,\n  "card": null\n}' });
    expect(avro.contract).toMatchObject({
      ...{ state: 'violates', path: '/currency', expected: 'a string', found: 'no such field' },
      contract: { format: 'avro', subject: 'avro-value', version: 2, compatibility: 'NONE' },
    });
    const headed = await read('headed', { subject: 'avro-value' });
    expect(headed.payload?.value).toMatchObject({ encoding: 'avro', schema: { version: 1 } });
    expect(headed.contract).toMatchObject({ state: 'violates', path: '/currency' });
    const proto = await read('proto');
    expect(proto.payload?.value.data).toContain('"cents": 9007199254740993');
    expect(proto.payload?.value).toMatchObject({ encoding: 'protobuf', schema: { name: 'shop.Order' } });
    expect(proto.contract).toMatchObject({
      state: 'violates',
      path: '/id',
      expected: 'string',
      found: 'int64',
    });
    const json = await read('json');
    expect(json.payload?.value).toMatchObject({
      encoding: 'json-schema',
      data: '{"id": 12345678901234567890}',
    });
    expect(json.contract).toMatchObject({ state: 'violates', path: '/total', found: 'nothing' });
  });

  it('fit the version that they were written by', async () => {
    for (const name of ['avro', 'proto', 'json'])
      expect((await read(name, { version: 1 })).contract).toMatchObject({
        state: 'fits',
        contract: { version: 1 },
      });
  });

  it('are masked in their decoded form, in their messages too, also for who may not see payloads', async () => {
    for (const [name, mask] of [
      ['avro', '/card/number'],
      ['proto', '/cardNumber'],
    ] as const) {
      const shown = await read(name, { mask: [mask] });
      expect(shown.payload?.value).toMatchObject({ masked: [mask], sha256: null });
      expect(shown.payload?.value.data).toContain('[masked]');
      expect(inspect(shown, whole)).not.toContain(card);
    }
    const denied = await read('avro', { mask: ['/card/number'], withPayload: false });
    expect(denied).toMatchObject({
      payload: null,
      contract: null,
      exceptionMessage: 'card [masked] declined',
    });
    expect(inspect(denied, whole)).not.toContain(card);
  });

  it('that are broken say where; an id or a subject that nobody registered says so', async () => {
    const cut = await read('cut', { subject: 'avro-value' });
    expect(cut.payload?.value.undecoded).toBe('It is not what its Avro schema 1 says, at /card/number.');
    expect(cut.contract).toMatchObject({ state: 'violates', path: '/card/number' });
    const unknown = await read('unknown', { subject: 'avro-value' });
    expect(unknown.payload?.value).toMatchObject({ encoding: 'base64', schemaId: 2 ** 31 - 1 });
    expect(unknown.contract).toMatchObject({
      state: 'unknown',
      why: 'The schema registry does not know schema 2147483647.',
    });
    expect((await read('avro', { subject: 'nobody' })).contract).toMatchObject({
      ...{ state: 'unknown', why: 'The schema registry does not know the subject nobody.' },
    });
    const text = await read('text', { subject: 'avro-value' });
    expect(text.payload?.value).toMatchObject({ encoding: 'text', schemaId: null, schema: null });
    expect(text.contract).toMatchObject({ state: 'violates', expected: 'Avro', found: 'text' });
  });

  it('are shown as bytes, and their contract unknown, when the registry is away', async () => {
    const shown = await read('avro', { from: unregistered });
    expect(shown.payload?.value.encoding).toBe('base64');
    expect(shown.payload?.value.undecoded).toMatch(/^The schema registry can't be reached for schema 1: /);
    expect(shown.contract?.state).toBe('unknown');
  });
});

describe('a search in records with schemas', () => {
  const search = async (wanted: SearchRequest['search'], mask: string[] = [], from = reader) => {
    const view = await from.search({
      ...{ cluster: 'main', topicId, partition: 0, mask, search: wanted, maxBytes: 1e8, maxMs: 10_000 },
      offsets: written.map((_, at) => BigInt(at)),
    });
    expect(view.settled).toBe(written.length);
    return { ...view, names: view.found.map(({ offset }) => nameAt(Number(offset))) };
  };
  const nameAt = (at: number) => Object.keys(offsets).find((name) => offsets[name] === at);
  const any = { in: 'any', matchCase: true } as const;

  it('looks into their decoded form, and counts what could not be decoded', async () => {
    const byPath = { ...any, kind: 'json', path: '/id', op: 'equals', value: '42' } as const;
    expect(await search(byPath)).toMatchObject({
      ...{ names: ['avro', 'headed', 'proto'], undecoded: 2, withheld: 0 },
    });
    const cents = { ...any, kind: 'text', text: '9007199254740993' } as const;
    expect((await search(cents)).names).toEqual(['proto']);
  });

  it('masks first: what is masked is in none of them', async () => {
    const wanted = { ...any, kind: 'text', text: card } as const;
    expect((await search(wanted)).names).toEqual(['avro', 'headed', 'proto']);
    const masked = await search(wanted, ['/card/number', '/card_number']);
    // The text that is no JSON is withheld, and so is what could not be decoded.
    expect(masked).toMatchObject({ names: [], withheld: 1, undecoded: 2 });
  });

  it('counts all of them as not decoded while the registry is away', async () => {
    const wanted = { ...any, kind: 'json', path: '/id', op: 'equals', value: '42' } as const;
    expect(await search(wanted, [], unregistered)).toMatchObject({ names: [], undecoded: 6 });
  });
});

it('the registry tells the compatibility of a subject, and what has not changed since', async () => {
  const reading = createSchemaRegistry({ url: registry.url, username: null, password: null });
  expect(await reading.compatibility('avro-value')).toBe('NONE');
  expect(await reading.version({ subject: 'proto-value', version: 1 })).toMatchObject({
    ...{ kind: 'protobuf', references: [{ name: 'money.proto', subject: 'money.proto', version: 1 }] },
  });
  expect(await reading.versionsOf(1)).toEqual([{ subject: 'avro-value', version: 1 }]);
});
