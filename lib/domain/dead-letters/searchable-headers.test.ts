import { describe, expect, it } from 'vitest';
import { headerLimits } from './header-column.ts';
import { noMasks, parseMasks } from './masks.ts';
import { searchableHeaders } from './searchable-headers.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const header = (name: string, value: string | Uint8Array | null) => ({
  name: bytes(name),
  value: typeof value === 'string' ? bytes(value) : value,
});
const plain = { masks: noMasks, mapping: null, literals: [] };

describe('headers of a dead letter, as they can be searched', () => {
  it('keep names, values and their order', () => {
    const kept = searchableHeaders([header('a', '1'), header('b', 'x'), header('a', '2')], plain);
    expect(kept).toEqual({ a: ['1', '2'], b: ['x'] });
  });

  it('leave out what is a column, also the stack trace', () => {
    const kept = searchableHeaders(
      [
        header('kafka_dlt-original-topic', 'orders'),
        header('kafka_dlt-exception-stacktrace', 'at x'),
        header('__connect.errors.connector.name', 'sink'),
      ],
      plain,
    );
    expect(kept).toEqual({ '__connect.errors.connector.name': ['sink'] });
    const mapping = { stacktrace: { header: 'trace', as: 'text' } } as const;
    expect(searchableHeaders([header('trace', 'at x')], { ...plain, mapping })).toEqual({ trace: [null] });
  });

  it('take names that objects have for what they are', () => {
    const kept = searchableHeaders([header('__proto__', 'a'), header('constructor', 'b')], plain);
    expect(Object.entries(kept)).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
    ]);
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    expect(Object.entries(JSON.parse(JSON.stringify(kept)))).toHaveLength(2);
  });

  it('know of a value that can’t be searched only that it is there', () => {
    const kept = searchableHeaders(
      [
        header('null', null),
        header('binary', Uint8Array.of(0xff, 0xfe)),
        header('nul', 'a\u0000b'),
        header('long', 'x'.repeat(headerLimits.valueBytes + 1)),
        header('Authorization', 'secret'),
      ],
      { ...plain, masks: parseMasks(['header:authorization']) },
    );
    expect(kept).toEqual({ null: [null], binary: [null], nul: [null], long: [null], Authorization: [null] });
  });

  it('hide what the payload’s masks hide, and take names that are no UTF-8', () => {
    const kept = searchableHeaders(
      [header('note', 'card 4111111111111111'), { name: Uint8Array.of(0x61, 0xff, 0), value: bytes('v') }],
      { ...plain, literals: ['4111111111111111'] },
    );
    expect(kept).toEqual({ note: ['card [masked]'], 'a\uFFFD\uFFFD': ['v'] });
  });

  it('are bounded in number and bytes, and say when some are missing', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => header(`h${n}`, 'v'));
    const kept = searchableHeaders(many, plain);
    expect(Object.keys(kept)).toHaveLength(headerLimits.names + 1);
    expect(kept['']).toEqual([]);
    const repeated = searchableHeaders(
      Array.from({ length: 10_000 }, () => header('a', 'v')),
      plain,
    );
    expect(repeated).toEqual({ a: Array.from({ length: headerLimits.valuesOfName }, () => 'v') });
    const large = searchableHeaders(
      Array.from({ length: 60 }, (_, n) => header(`h${n}`.padEnd(100, '.'), 'v'.repeat(250))),
      plain,
    );
    expect(JSON.stringify(large).length).toBeLessThan(headerLimits.totalBytes * 1.2);
    expect(Object.hasOwn(large, '')).toBe(true);
    expect(searchableHeaders([header('', 'v'), header('x'.repeat(300), 'v')], plain)).toEqual({});
  });
});
