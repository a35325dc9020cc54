import { describe, expect, it } from 'vitest';
import type { PayloadSchema } from '../schemas/decoded.ts';
import { integerValue, type SchemaEntry, type SchemaValue, textValue } from '../schemas/value.ts';
import { noMasks, parseMasks } from './masks.ts';
import { type RecordView, viewRecord } from './record-view.ts';
import { type HeaderInput, int64, record } from './testing/records.ts';

const view = (value: string | Buffer | null, headers: HeaderInput[] = [], masks: string[] = []): RecordView =>
  viewRecord(record(headers, { value: typeof value === 'string' ? Buffer.from(value) : value }), {
    masks: parseMasks(masks),
    mapping: null,
    withPayload: true,
  });
const card = '4111111111111111';
const secretMessage: HeaderInput[] = [
  ['kafka_dlt-exception-fqcn', 'com.shop.Declined'],
  ['kafka_dlt-exception-message', `card ${card} declined`],
  [
    'kafka_dlt-exception-stacktrace',
    `com.shop.Declined: card ${card} declined\n\tat com.shop.Pay.charge(Pay.java:1)`,
  ],
  ['authorization', 'Bearer abcdef'],
  ['copy', `x-${card}`],
  ['binary', Buffer.concat([Buffer.from([0xff]), Buffer.from(card)])],
];

describe('viewRecord', () => {
  it('passes JSON through as it stands: big integers, spaces, duplicates', () => {
    const text = '{ "id": 12345678901234567890.10, "a": 1, "a": 2 }';
    expect(view(text).payload?.value).toMatchObject({
      encoding: 'json',
      data: text,
      bytes: text.length,
      truncated: false,
    });
  });

  it.each([
    ['plain text', 'text', 'plain text'],
    [Buffer.from([0xff, 0x00]), 'base64', '/wA='],
    [null, 'null', null],
    ['', 'text', ''],
    ['{"broken":', 'text', '{"broken":'],
  ])('shows %s as %s', (value, encoding, data) => {
    expect(view(value).payload?.value).toMatchObject({ encoding, data });
  });

  it('lets nothing masked out, wherever it turns up', () => {
    const shown = view(`{"card":{"number":"${card}"},"amount":1}`, secretMessage, [
      '/card/number',
      'header:Authorization',
    ]);
    expect(JSON.stringify(shown)).not.toContain(card);
    for (const { base64 } of shown.headers)
      expect(Buffer.from(base64 ?? '', 'base64').includes(card)).toBe(false);
    expect(JSON.stringify(shown)).not.toContain('abcdef');
    expect(shown.payload?.value).toMatchObject({
      data: '{"card":{"number":"[masked]"},"amount":1}',
      masked: ['/card/number'],
      sha256: null,
    });
    expect(shown.exceptionMessage).toBe('card [masked] declined');
    expect(shown.topFrame).toBe('com.shop.Pay.charge');
    expect(shown.headers.filter((header) => header.masked).map((header) => header.name)).toEqual([
      'kafka_dlt-exception-message',
      'kafka_dlt-exception-stacktrace',
      'authorization',
      'copy',
      'binary',
    ]);
  });

  it('withholds a value that should be masked and is not JSON', () => {
    expect(view(`card=${card}`, [], ['/card/number']).payload?.value).toMatchObject({
      data: null,
      sha256: null,
      masked: ['/card/number'],
    });
  });

  it('shows no message whose header is masked', () => {
    expect(view('{}', secretMessage, ['header:kafka_dlt-exception-message']).exceptionMessage).toBeNull();
  });

  it('decodes headers by name, in order, and says by which rule', () => {
    const shown = view('{}', [
      ['b', 'x'],
      ['kafka_dlt-original-offset', int64(42)],
      ['b', null],
      ['raw', Buffer.from([1])],
    ]);
    expect(shown.headers.map(({ name, decoded, type, rule }) => [name, decoded, type, rule])).toEqual([
      ['b', 'x', 'UTF-8', null],
      ['kafka_dlt-original-offset', '42', 'int64 big-endian', 'Spring Kafka'],
      ['b', null, 'null', null],
      ['raw', null, null, null],
    ]);
  });

  it('leaves the payload out when it was not asked for', () => {
    const options = { masks: noMasks, mapping: null, withPayload: false };
    const shown = viewRecord(record([], { value: Buffer.from('secret') }), options);
    expect(shown.payload).toBeNull();
    expect(JSON.stringify(shown)).not.toContain('secret');
  });

  it('stays small, whatever the record', () => {
    const headers: HeaderInput[] = Array.from({ length: 5000 }, (_, n) => [`h${n}`, 'v']);
    const shown = view(Buffer.alloc(3_000_000, 'a'), [['big', 'x'.repeat(1_000_000)], ...headers]);
    expect(JSON.stringify(shown).length).toBeLessThan(1_500_000);
    expect(shown.payload?.value.truncated).toBe(true);
    expect(shown.headers[0]).toMatchObject({ truncated: true, bytes: 1_000_000 });
    expect(shown.headersOmitted).toBe(4001);
  });

  it('takes ten thousand levels of JSON', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect(view(deep, [], ['/x']).payload?.value.data).toBe(deep);
  });
});

describe('a payload that a schema decoded', () => {
  const schema: PayloadSchema = {
    ...{ id: 7, guid: null, format: 'avro', subject: 'orders-value', version: 3, name: 'Order' },
  };
  const member = (name: string, value: SchemaValue): SchemaEntry => ({ names: [name], value });
  const value: SchemaValue = {
    kind: 'object',
    entries: [member('id', integerValue(2n ** 62n)), member('card', textValue(card))],
  };
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), Buffer.from(card)]);
  const decoded = (masks: string[], more: Partial<Parameters<typeof viewRecord>[1]> = {}): RecordView =>
    viewRecord(record(secretMessage, { value: bytes }), {
      ...{ masks: parseMasks(masks), mapping: null, withPayload: true },
      schemas: {
        key: null,
        value: { schema, state: 'decoded', format: 'avro', value, unknownFields: 2 },
        contract: {
          verdict: { state: 'violates', path: ['card', card], expected: 'an int', found: `text ${card}` },
          contract: null,
        },
      },
      ...more,
    });

  it('is shown in plain form with its schema', () => {
    expect(decoded([]).payload?.value).toMatchObject({
      ...{ encoding: 'avro', schemaId: 7, schema, undecoded: null, masked: [] },
      data: `{\n  "id": 4611686018427387904,\n  "card": "${card}"\n}`,
      note: '2 kinds of fields that the schema does not name are not shown.',
    });
  });

  it('lets nothing masked out, wherever it turns up, and not in the verdict either', () => {
    const shown = decoded(['/card']);
    expect(JSON.stringify(shown)).not.toContain(card);
    expect(shown.payload?.value).toMatchObject({ masked: ['/card'], sha256: null });
    expect(shown.exceptionMessage).toBe('card [masked] declined');
    expect(shown.contract).toMatchObject({ state: 'violates', path: '/card' });
  });

  it('without the permission there is neither payload nor verdict, and masks hold all the same', () => {
    const shown = decoded(['/card'], { withPayload: false });
    expect(shown).toMatchObject({ payload: null, contract: null });
    expect(JSON.stringify(shown)).not.toContain(card);
  });

  it('that could not be decoded is withheld where masks are declared, and says why', () => {
    const undecoded = { schema, state: 'undecoded', why: 'It is broken', path: ['card', card] } as const;
    const schemas = { key: null, value: undecoded, contract: null };
    expect(decoded([], { schemas }).payload?.value).toMatchObject({
      ...{ encoding: 'base64', undecoded: `It is broken, at /card/${card}.` },
    });
    const shown = decoded(['/card'], { schemas }).payload?.value;
    expect(shown).toMatchObject({ data: null, masked: ['/card'], undecoded: 'It is broken.' });
  });

  it('JSON under a schema is masked as it stands; a bare text is withheld', () => {
    const json = (text: string) =>
      decoded(['/card'], {
        schemas: { key: null, value: { schema, state: 'json', text }, contract: null },
      }).payload?.value;
    expect(json(`{ "card": "${card}", "n": 1.0 }`)).toMatchObject({
      ...{ encoding: 'json-schema', data: '{ "card": "[masked]", "n": 1.0 }' },
    });
    expect(json(`"${card}"`)?.data).toBeNull();
  });
});
