import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { pointerOf } from '../problem.ts';
import { decodeAvro } from './decode.ts';
import { parseAvroSchema } from './parse-schema.ts';
import { resolveAvro } from './resolve.ts';

const field = (name: string, type: unknown, more: object = {}) => ({ name, type, ...more });
const order = (...fields: object[]) => ({ type: 'record', name: 'com.shop.Order', fields });

/** What a reader misses in a value that avsc wrote: null when it fits. */
function verdict(writer: object | string, value: unknown, reader: object | string): string | null {
  const bytes = avsc.Type.forSchema(writer as avsc.Schema, { wrapUnions: true }).toBuffer(value);
  const datum = decodeAvro(bytes, parseAvroSchema(JSON.stringify(writer)));
  const found = resolveAvro(datum, parseAvroSchema(JSON.stringify(reader)));
  return found && `${pointerOf(found.path)}: ${found.expected} / ${found.found}`;
}
const colours = (...symbols: string[]) => ({ type: 'enum', name: 'Colour', symbols });

describe('resolveAvro', () => {
  it.each([
    ['the same', order(field('id', 'long')), { id: 1 }, order(field('id', 'long'))],
    [
      'promotions',
      order(field('a', 'int'), field('b', 'long')),
      { a: 1, b: 2 },
      order(field('a', 'double'), field('b', 'float')),
    ],
    [
      'a new field with a default',
      order(field('id', 'int')),
      { id: 1 },
      order(field('id', 'int'), field('n', 'string', { default: '' })),
    ],
    [
      'a field that went',
      order(field('id', 'int'), field('old', 'string')),
      { id: 1, old: 'x' },
      order(field('id', 'int')),
    ],
    [
      'a field renamed with an alias',
      order(field('old', 'int')),
      { old: 1 },
      order(field('id', 'int', { aliases: ['old'] })),
    ],
    [
      'a field that may be null now',
      order(field('id', 'int')),
      { id: 1 },
      order(field('id', ['null', 'int'])),
    ],
    [
      'a branch that both have',
      order(field('id', ['null', 'int', 'string'])),
      { id: { int: 1 } },
      order(field('id', ['null', 'int'])),
    ],
    ['a symbol that both have', colours('RED', 'BLUE'), 'RED', colours('RED')],
    ['a new symbol and a default', colours('RED', 'BLUE'), 'BLUE', { ...colours('RED'), default: 'RED' }],
    ['text as bytes', 'string', 'x', 'bytes'],
    [
      'a record of another namespace in a union',
      order(field('id', 'int')),
      { id: 1 },
      ['null', { ...order(field('id', 'int')), name: 'other.Order' }],
    ],
  ])('fits: %s', (_, writer, value, reader) => expect(verdict(writer, value, reader)).toBeNull());

  it.each([
    [order(field('id', 'int')), { id: 1 }, order(field('n', 'string')), '/n: a string / no such field'],
    [order(field('id', 'string')), { id: 'x' }, order(field('id', 'long')), '/id: a long / a string'],
    [order(field('id', ['null', 'int'])), { id: null }, order(field('id', 'int')), '/id: an int / null'],
    [order(field('id', 'long')), { id: 1 }, order(field('id', 'int')), '/id: an int / a long'],
    [
      order(
        field('lines', {
          type: 'array',
          items: { type: 'record', name: 'Line', fields: [field('sku', 'string')] },
        }),
      ),
      { lines: [{ sku: 'x' }] },
      order(
        field('lines', {
          type: 'array',
          items: { type: 'record', name: 'Line', fields: [field('sku', 'int')] },
        }),
      ),
      '/lines/0/sku: an int / a string',
    ],
    [{ type: 'map', values: 'int' }, { a: 1 }, { type: 'map', values: 'string' }, '/a: a string / an int'],
    [colours('RED', 'BLUE'), 'BLUE', colours('RED'), ': one of RED / a symbol that is none of these'],
    [
      { type: 'fixed', name: 'F', size: 2 },
      Buffer.from('ab'),
      { type: 'fixed', name: 'F', size: 3 },
      ': a fixed(3) / a fixed(2)',
    ],
    [
      { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      Buffer.from([1]),
      { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 4 },
      ': a decimal(9, 4) / a decimal(9, 2)',
    ],
    ['int', 1, ['null', 'string'], ': null or a string / an int'],
  ])('violates: %j', (writer, value, reader, expected) => {
    expect(verdict(writer, value, reader)).toBe(expected);
  });

  it('never says what the value is', () => {
    const [writer, reader] = [order(field('card', 'string')), order(field('card', 'int'))];
    expect(verdict(writer, { card: '4111111111111111' }, reader)).not.toContain('4111');
  });
});
