import { describe, expect, it } from 'vitest';
import { parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { record } from '#lib/domain/dead-letters/testing/records.ts';
import { HiddenTails } from './hidden-tails.ts';
import { analyseRecord, toEntry } from './to-entry.ts';
import type { WatchedTopic } from './watched.ts';

const watch = {
  ...{ clusterId: 'c', topics: [], nameOfId: new Map(), notePointers: () => undefined },
  tails: new HiddenTails(),
};
const topicWith = (mask: string[], excerpt: WatchedTopic['excerpt'] = null): WatchedTopic => ({
  ...{
    topicId: 't',
    topic: 'orders.dlq',
    kind: 'dead_letter',
    flow: 'f',
    retentionMs: null,
    cleanupPolicy: null,
  },
  ...{
    mapping: null,
    rules: 'of today',
    masks: parseMasks(mask),
    excerpt,
    partitions: [0],
    cursors: new Map(),
  },
});
const trace = (message: string) =>
  `com.acme.Refused: ${message}\n\tat com.acme.${message.split(' ')[1]}(Check.java:7)`;
const entry = (value: string | Uint8Array, message: string, mask = ['/customer/name'], excerpt?: number) => {
  const letter = record(
    [
      ['kafka_dlt-exception-fqcn', 'com.acme.Refused'],
      ['kafka_dlt-exception-message', message],
      ['kafka_dlt-exception-stacktrace', trace(message)],
      ['kafka_dlt-original-topic', 'orders'],
    ],
    { value: Buffer.from(value) },
  );
  const allowed = excerpt === undefined ? null : { bytes: excerpt, rule: 'r' };
  return toEntry(analyseRecord(letter, topicWith(mask, allowed), watch), new Set(), new Date(0));
};
const order = (name: string) => JSON.stringify({ customer: { name }, total: 5 });
const framed = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, 9]), Buffer.from(text)]);

describe('what masks hide by path in the value', () => {
  it('is in no message, pattern or frame, and makes no failure group of its own', () => {
    const letters = ['AliceJones', 'BobVanSmith'].map((name) =>
      entry(order(name), `customer ${name} is not known`),
    );
    for (const each of letters) {
      expect(each).toMatchObject({
        exceptionMessage: 'customer [masked] is not known',
        topFrame: 'com.acme.[masked]',
      });
      expect(
        JSON.stringify(each, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
      ).not.toMatch(/Alice|Smith/);
    }
    expect(letters[0]?.fingerprint).toBe(letters[1]?.fingerprint);
    const open = ['AliceJones', 'BobVanSmith'].map((name) =>
      entry(order(name), `customer ${name} is lost`, []),
    );
    expect(open[0]?.fingerprint).not.toBe(open[1]?.fingerprint);
  });

  it('is found behind the id of a schema too, and the longest before what stands in it', () => {
    expect(entry(framed(order('Alice Jones')), 'no Alice Jones').exceptionMessage).toBe('no [masked]');
    const both = JSON.stringify({ a: 'abcd', b: 'xxabcdyy' });
    expect(entry(both, 'got xxabcdyy and abcd', ['/a', '/b']).exceptionMessage).toBe(
      'got [masked] and [masked]',
    );
  });

  it('is left where it is too short to be told from other words, or is no part of the message', () => {
    expect(entry(order('Bob'), 'Bob is not known').exceptionMessage).toBe('Bob is not known');
    expect(entry(order('Alice'), 'somebody is not known').exceptionMessage).toBe('somebody is not known');
  });
});

it('an excerpt is kept where the flow allows one, and masks can be applied', () => {
  expect(entry(order('Alice Jones'), 'x').excerpt).toBeUndefined();
  expect(entry(order('Alice Jones'), 'x', ['/customer/name'], 100).excerpt).toEqual({
    ...{ rule: 'r', form: 'json', truncated: false },
    text: '{"customer":{"name":"[masked]"},"total":5}',
  });
  expect(entry('name=Alice Jones', 'x', ['/customer/name'], 100).excerpt).toBeUndefined();
  expect(entry('name=Alice Jones', 'x', [], 4).excerpt).toMatchObject({
    form: 'text',
    text: 'name',
    truncated: true,
  });
});
