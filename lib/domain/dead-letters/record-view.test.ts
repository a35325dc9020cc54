import { describe, expect, it } from 'vitest';
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
