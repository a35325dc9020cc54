import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonSpans } from '../dead-letters/json-spans.ts';
import { pointerSegments } from '../dead-letters/masks.ts';
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
    ['the same member twice, once in escapes', 'field:/id', record('{"\\u0069d":"a","id":"b"}'), null],
    ['every member, of which one has the name for it', 'field:/*', record('{"*":"a","b":"c"}'), null],
    ['a member of a member that is there twice', 'field:/a/id', record('{"a":{"id":"x"},"a":{}}'), 'x'],
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

  // Names, text and structure that could be taken for each other.
  const name = fc.constantFrom('id', '*', '0', '\\u0069d', '__proto__');
  const { document } = fc.letrec<{ document: string; value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          '"x"',
          '"y"',
          '""',
          '"id"',
          '"\\u0078"',
          '"\\"id\\""',
          '1',
          '9007199254740993',
          '1.0',
          'null',
          'true',
        ),
      },
      { weight: 1, arbitrary: tie('document') },
    ),
    document: fc.oneof(
      {
        arbitrary: fc
          .array(fc.tuple(name, tie('value')), { minLength: 1, maxLength: 4 })
          .map(
            (members) =>
              `{${members.map(([key, value]) => `${JSON.stringify(key).replace('\\\\u', '\\u')}: ${value}`).join(' ,')}}`,
          ),
        weight: 5,
      },
      {
        weight: 1,
        arbitrary: fc.array(tie('value'), { maxLength: 2 }).map((values) => `[${values.join()}]`),
      },
    ),
  }));
  const scalar = (text: string) => (text.startsWith('"') ? (JSON.parse(text) as string) : text);

  it('is what stands at every place that the pointer names, where that is one text', () => {
    fc.assert(
      fc.property(document, fc.array(name, { minLength: 1, maxLength: 2 }), (text, steps) => {
        const pointer = `/${steps.map((step) => step.replaceAll('/', '~1')).join('/')}`;
        const found = findJsonSpans(text, [pointerSegments(pointer)]).map(({ from, to }) =>
          text.slice(from, to),
        );
        const texts = new Set(found.map((each) => (/^["\d]/.test(each) ? scalar(each) || null : null)));
        const [only] = texts;
        expect(idempotencyKey(`field:${pointer}`, record(text))).toBe(
          texts.size === 1 ? (only ?? null) : null,
        );
      }),
      { numRuns: 5000 },
    );
  });
});
