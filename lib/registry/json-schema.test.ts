import { describe, expect, it } from 'vitest';
import { pointerOf } from '#lib/domain/schemas/problem.ts';
import { checkJson, validateBy } from './json-schema.ts';
import { within } from './within.ts';

const dialect = {
  4: 'http://json-schema.org/draft-04/schema#',
  6: 'http://json-schema.org/draft-06/schema#',
  7: 'http://json-schema.org/draft-07/schema#',
  2019: 'https://json-schema.org/draft/2019-09/schema',
  2020: 'https://json-schema.org/draft/2020-12/schema',
} as const;
const verdict = (schema: unknown, text: string, references: Record<string, unknown> = {}): string | null => {
  const others = new Map(Object.entries(references).map(([name, each]) => [name, JSON.stringify(each)]));
  const found = checkJson(JSON.parse(text), JSON.stringify(schema), others);
  return found && `${pointerOf(found.path)}: ${found.expected} / ${found.found}`;
};

describe('checkJson', () => {
  it.each([
    [{ $schema: dialect[4], minimum: 5, exclusiveMinimum: true }, '5', ': > 5 / an integer'],
    [{ $schema: dialect[6], exclusiveMinimum: 5 }, '5', ': > 5 / an integer'],
    [{ $schema: dialect[7], if: { type: 'string' }, else: false }, '5', ': nothing here / an integer'],
    [{ $schema: dialect[2019], dependentRequired: { a: ['b'] } }, '{"a":1}', '/b: '],
    [{ $schema: dialect[2020], prefixItems: [{ type: 'string' }] }, '[1]', '/0: string / an integer'],
    [
      { $schema: dialect[2020], properties: { a: {} }, unevaluatedProperties: false },
      '{"b":1}',
      '/b: no such member / an integer',
    ],
  ])('draft %j', (schema, text, expected) => expect(verdict(schema, text)).toContain(expected));

  it.each([
    [{ properties: { 'a/b': { type: 'string' } } }, '{"a/b":null}', '/a~1b: string / null'],
    [{ items: { enum: ['x', 'y'] } }, '["x","z"]', '/1: one of "x", "y" / a string of 1 characters'],
    [{ required: ['id'] }, '{}', '/id: a value, which is required / nothing'],
    [{ additionalProperties: false }, '{"x":{}}', '/x: no such member / an object'],
    [{ type: ['string', 'null'] }, '{}', ': string or null / an object'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, '1', ': match a schema in anyOf / an integer'],
    [
      { anyOf: [{ properties: { a: { type: 'string' } } }, { type: 'null' }] },
      '{"a":1}',
      '/a: string / an integer',
    ],
    [{ pattern: '^[a-z]+$' }, '"4111"', ': match pattern "^[a-z]+$" / a string of 4 characters'],
    [
      { properties: { __proto__: { type: 'string' }, constructor: { type: 'string' } } },
      '{"constructor":1}',
      '/constructor: string / an integer',
    ],
  ])('%j of %s', (schema, text, expected) => expect(verdict(schema, text)).toBe(expected));

  it.each([
    [{}, '12345678901234567890'],
    [true, '{"a":1}'],
    [{ type: 'integer' }, '12345678901234567890'],
    [{ format: 'email' }, '"no"'],
    [{ 'x-own': 1, pattern: '\\-' }, '"-"'],
    [{ required: ['constructor'] }, '{"constructor":1}'],
  ])('valid: %j of %s', (schema, text) => expect(verdict(schema, text)).toBeNull());

  it('looks into its references and nowhere else', () => {
    const schema = { properties: { line: { $ref: 'line.json' } } };
    expect(verdict(schema, '{"line":1}', { 'line.json': { type: 'string' } })).toBe(
      '/line: string / an integer',
    );
    expect(() => verdict(schema, '{}')).toThrow(
      "the JSON Schema can't be used: can't resolve reference line.json",
    );
  });

  it.each([['{'], ['{"type":"nothing"}'], ['7'], ['{"pattern":"("}']])('%s is no schema', (schema) => {
    expect(() => checkJson({}, schema, new Map())).toThrow("the JSON Schema can't be used");
  });
});

describe('a hostile schema or value ends in words', () => {
  it('a pattern that never ends', () => {
    const slow = () => verdict({ pattern: '^(a+)+$' }, `"${'a'.repeat(40)}!"`);
    expect(() => within(100, 'checking it', slow)).toThrow('checking it took more than 100 ms');
    expect(within(1000, 'the next one', () => 7)).toBe(7);
  });
  it('a value that nests without end', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const schema = { $id: 'x', items: { $ref: '#' } };
    expect(() => within(2000, 'checking it', () => verdict(schema, deep))).toThrow(
      'checking it nests too deep',
    );
  });
});

it('compiles a schema once, and another one for other text or references', () => {
  const schema = '{"$ref": "other"}';
  const numbers = new Map([['other', '{"type": "number"}']]);
  const texts = new Map([['other', '{"type": "string"}']]);
  expect(validateBy(schema, numbers)).toBe(validateBy(schema, new Map(numbers)));
  expect(checkJson('a', schema, texts)).toBeNull();
  expect(checkJson('a', schema, numbers)).not.toBeNull();
  expect(checkJson(1, schema, numbers)).toBeNull();
});
