import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHeaders, compareValues } from './compare-records.ts';
import { flatJson } from './flat-json.ts';
import { parseMasks } from './masks.ts';
import { viewPayloads } from './record-view.ts';

const value = (text: string, masks: string[] = []) =>
  viewPayloads({ key: null, value: Buffer.from(text) }, parseMasks(masks)).value;
const header = (name: string, decoded: string | null, more: object = {}) => ({
  ...{ name, decoded, base64: null, type: null, rule: null, bytes: null, truncated: false, masked: false },
  ...more,
});

describe('flatJson', () => {
  it('gives every scalar as it is written, under its pointer', () => {
    const text = '{"a":{"b/c":[1, 12345678901234567890,{}],"~":"\\u00eb"},"e":[],"a2":null}';
    expect([...flatJson(text, 99).fields]).toEqual([
      ['/a/b~1c/0', '1'],
      ['/a/b~1c/1', '12345678901234567890'],
      ['/a/b~1c/2', '{}'],
      ['/a/~0', '"\\u00eb"'],
      ['/e', '[]'],
      ['/a2', 'null'],
    ]);
  });

  it('finds what JSON.parse finds, and takes ten thousand levels', () => {
    const at = (root: unknown, path: string) =>
      path
        .split('/')
        .slice(1)
        .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))
        .reduce((node, step) => (node as Record<string, unknown>)[step], root);
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed: unknown = JSON.parse(text);
        const { fields } = flatJson(text, 10_000);
        for (const [path, written] of fields) {
          // A member called __proto__ is one like any other in the text, and none that can be looked up.
          if (path.includes('__proto__')) continue;
          expect(at(parsed, path)).toEqual(JSON.parse(written));
        }
      }),
    );
    expect(flatJson(`${'['.repeat(10_000)}1${']'.repeat(10_000)}`, 9).fields.size).toBe(1);
  });
});

describe('two records', () => {
  it('differ in fields that have other values, or that only one has', () => {
    const found = compareValues(
      value('{"id":1,"amount":"9.50","lines":[{"sku":"A"}]}'),
      value('{"id":1,"amount":9.5,"lines":[{"sku":"A"}],"note":"x"}'),
    );
    expect(found).toEqual({
      differing: [
        { name: '/amount', failing: '"9.50"', other: '9.5' },
        { name: '/note', failing: null, other: '"x"' },
      ],
      ...{ same: 2, masked: 0, more: false },
    });
  });

  it('never tell of what is masked, not even whether it is the same', () => {
    const [a, b] = ['1', '2'].map((card) => value(`{"card":"${card}","id":1}`, ['/card']));
    expect(a && b ? compareValues(a, b) : null).toEqual({ differing: [], same: 1, masked: 1, more: false });
    expect(
      compareHeaders([header('auth', null, { masked: true })], [header('auth', 'x')], () => false),
    ).toMatchObject({ differing: [], masked: 1 });
  });

  it('are compared within bounds, and not at all where one is no JSON', () => {
    const many = (n: number) => JSON.stringify(Array.from({ length: 500 }, (_, at) => at * n));
    const found = compareValues(value(many(1)), value(many(2)));
    expect(found).toMatchObject({ differing: { length: 100 }, same: 1, more: true });
    expect(compareValues(value('{"a":1}'), value('text'))).toBeNull();
    expect(compareValues(value('{"a":1}'), value(`{"a":"${'x'.repeat(300_000)}"}`))).toBeNull();
  });

  it('have their headers compared by name, without those of the failure', () => {
    const failing = [
      header('trace', 'a'),
      header('trace', 'b'),
      header('x-failure', 'why'),
      header('tenant', 'acme'),
    ];
    const other = [header('trace', 'a'), header('tenant', 'acme')];
    expect(compareHeaders(failing, other, (name) => name.startsWith('x-'))).toEqual({
      differing: [{ name: 'trace', failing: 'a, b', other: 'a' }],
      ...{ same: 1, masked: 0, more: false },
    });
  });
});
