import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonNode, readJsonTree } from './json-tree.ts';

/** Back to compact JSON: nothing may have been lost on the way. */
const print = (node: JsonNode): string =>
  node.kind === 'object'
    ? `{${node.entries.map(({ key, value }) => `${key}:${print(value)}`).join(',')}}`
    : node.kind === 'array'
      ? `[${node.items.map(print).join(',')}]`
      : node.text;

test('numbers keep every digit, strings their escapes, double keys both stay', () => {
  const text = '{"id":12345678901234567890,"id":1e400,"z":-0.10,"s":"\\u0041\\n"}';
  expect(print(readJsonTree(text) as JsonNode)).toBe(text);
});

test('every JSON value comes back as it was written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(print(readJsonTree(` ${text} `) as JsonNode)).toBe(text);
      expect(print(readJsonTree(JSON.stringify(value, null, 2)) as JsonNode)).toBe(text);
    }),
  );
});

test.each(['', '{', '{"a":1,}', '[1 2]', '01', 'NaN', '"a', '{} {}', "{'a':1}", '"\n"'])(
  '%j is no JSON',
  (text) => {
    expect(readJsonTree(text)).toBeNull();
  },
);

test('a bomb of brackets is refused, not followed', () => {
  expect(readJsonTree('['.repeat(100_000))).toBeNull();
  expect(readJsonTree(`[${'1,'.repeat(30_000)}1]`)).toBeNull();
});
