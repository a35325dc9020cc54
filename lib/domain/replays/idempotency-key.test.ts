import { describe, expect, it } from 'vitest';
import { idempotencyKey } from './idempotency-key.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const record = (value: string | null, more: { key?: string; headers?: [string, string | null][] } = {}) => ({
  key: more.key === undefined ? null : bytes(more.key),
  value: value === null ? null : bytes(value),
  headers: (more.headers ?? []).map(([name, text]) => ({
    name: bytes(name),
    value: text === null ? null : bytes(text),
  })),
});

describe('idempotencyKey', () => {
  it.each([
    ['a field', 'field:/orderId', record('{"orderId":"o-1"}'), 'o-1'],
    ['a nested field', 'field:/order/ids/0', record('{"order":{"ids":["a","b"]}}'), 'a'],
    ['an escaped pointer', 'field:/a~1b', record('{"a/b":"x"}'), 'x'],
    ["a number that a double can't hold", 'field:/id', record('{"id":9007199254740993}'), '9007199254740993'],
    ['escapes in the text', 'field:/id', record('{"id":"\\u006f-1"}'), 'o-1'],
    [
      'a header, its last',
      'header:idem',
      record('{}', {
        headers: [
          ['idem', 'a'],
          ['idem', 'b'],
        ],
      }),
      'b',
    ],
    ["the record's key", 'key', record(null, { key: 'k-1' }), 'k-1'],
    ['no such field', 'field:/orderId', record('{"order":"o-1"}'), null],
    ['an empty field', 'field:/orderId', record('{"orderId":""}'), null],
    ['null', 'field:/orderId', record('{"orderId":null}'), null],
    ['an object', 'field:/orderId', record('{"orderId":{"a":1}}'), null],
    ['the same member twice, equal', 'field:/id', record('{"id":"a","id":"a"}'), 'a'],
    ['the same member twice, different', 'field:/id', record('{"id":"a","id":"b"}'), null],
    ['what is not JSON', 'field:/id', record('id=7'), null],
    ['a tombstone', 'field:/id', record(null), null],
    ['a header without value', 'header:idem', record('{}', { headers: [['idem', null]] }), null],
    ['a name of Object.prototype', 'field:/constructor', record('{"a":1}'), null],
    ['no key', 'key', record('{}'), null],
  ])('%s', (_what, spec, given, expected) => {
    expect(idempotencyKey(spec, given)).toBe(expected);
  });

  it('takes no key that is not UTF-8: two of them would become one', () => {
    expect(idempotencyKey('key', { ...record('{}'), key: Uint8Array.of(0xff) })).toBeNull();
  });
});
