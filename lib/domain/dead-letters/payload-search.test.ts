import { describe, expect, it } from 'vitest';
import type { DecodedPayload, PayloadSchema } from '../schemas/decoded.ts';
import { noMasks, parseMasks } from './masks.ts';
import { maskedPath, type PayloadSearch, searchPayload } from './payload-search.ts';
import { viewPayloads } from './record-view.ts';

const bytes = (value: string | Uint8Array | null) =>
  typeof value === 'string' ? Buffer.from(value) : value === null ? null : Buffer.from(value);
const seen = (
  search: Partial<PayloadSearch> & Pick<PayloadSearch, 'kind'>,
  value: string | Uint8Array | null,
  { key = null, masks = [] }: { key?: string | null; masks?: string[] } = {},
) =>
  searchPayload(viewPayloads({ key: bytes(key), value: bytes(value) }, parseMasks(masks)), {
    in: 'any',
    matchCase: false,
    ...search,
  } as PayloadSearch);
const text = (wanted: string, more: object = {}) => ({ kind: 'text' as const, text: wanted, ...more });
const json = (path: string, op: 'equals' | 'contains', value: string, more: object = {}) => ({
  kind: 'json' as const,
  path,
  op,
  value,
  ...more,
});

const order =
  '{"orderId":12345678901234567890,"total":"9.50","card":{"number":"4111111111111111"},"note":"Zo\\u00eb said \\"no\\"","lines":[{"sku":"A-1"},{"sku":"B-2"}]}';

describe('words', () => {
  it('are found as they are written, with what stands around them, in the key or the value', () => {
    expect(seen(text('said'), order).match).toMatchObject({ where: 'value', match: 'said' });
    expect(seen(text('b-2'), order).match).toMatchObject({
      match: 'B-2',
      before: expect.stringMatching(/"sku":"$/),
    });
    expect(seen(text('b-2', { matchCase: true }), order).match).toBeNull();
    expect(seen(text('KEY'), null, { key: 'the key' }).match).toEqual({
      where: 'key',
      before: 'the ',
      match: 'key',
      after: '',
    });
    expect(seen(text('key', { in: 'value' }), 'x', { key: 'key' }).match).toBeNull();
    expect(seen(text('x'), null)).toEqual({ match: null, partly: false, withheld: false, undecoded: false });
  });

  it('keep their place where lower case is longer, and are found in what is binary', () => {
    expect(seen(text('ende'), 'İİİ Ende').match).toMatchObject({ match: 'ende' });
    const binary = new Uint8Array([0, 255, 3, ...Buffer.from('acme'), 0, 200]);
    expect(seen(text('acme'), binary).match).toMatchObject({ match: 'acme' });
  });

  it('of a pattern are only themselves, and a long hostile text costs its length', () => {
    expect(seen(text('(a+)+$'), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!').match).toBeNull();
    expect(seen(text(`${'a'.repeat(199)}b`), 'a'.repeat(200_000)).match).toBeNull();
  });
});

describe('a value at a path', () => {
  it('equals a string by its characters and a number by its digits', () => {
    expect(seen(json('/orderId', 'equals', '12345678901234567890'), order).match?.match).toBe(
      '12345678901234567890',
    );
    expect(seen(json('/orderId', 'equals', '12345678901234567891'), order).match).toBeNull();
    expect(seen(json('/note', 'equals', 'ZOË SAID "NO"'), order).match).not.toBeNull();
    expect(seen(json('/note', 'equals', 'Zoë'), order).match).toBeNull();
    expect(seen(json('/total', 'equals', '9.50', { matchCase: true }), order).match?.match).toBe('"9.50"');
  });

  it('contains what is in it, also under every element', () => {
    expect(seen(json('/note', 'contains', 'zoë'), order).match).not.toBeNull();
    expect(seen(json('/lines/*/sku', 'equals', 'B-2'), order).match?.match).toBe('"B-2"');
    expect(seen(json('/lines/0/sku', 'equals', 'B-2'), order).match).toBeNull();
    expect(seen(json('/lines', 'contains', 'A-1'), order).match).not.toBeNull();
    expect(seen(json('/nothing', 'contains', 'A'), order).match).toBeNull();
    expect(seen(json('/a', 'equals', 'x'), 'no json').match).toBeNull();
  });

  it('of a document that is shown only in part is not looked for, and that is told', () => {
    const large = JSON.stringify({ filler: 'x'.repeat(300_000), id: 'wanted' });
    expect(seen(json('/id', 'equals', 'wanted'), large)).toEqual({
      match: null,
      partly: true,
      withheld: false,
      undecoded: false,
    });
    expect(seen(text('wanted'), large)).toEqual({
      match: null,
      partly: true,
      withheld: false,
      undecoded: false,
    });
    expect(seen(text('filler'), large)).toMatchObject({ partly: false, match: { match: 'filler' } });
  });
});

describe('what is masked', () => {
  const masks = ['/card/number'];

  it('is not found, by words, by path or in the key', () => {
    expect(seen(text('4111111111111111'), order, { masks }).match).toBeNull();
    expect(seen(json('/card/number', 'equals', '4111111111111111'), order, { masks }).match).toBeNull();
    expect(seen(json('/card', 'contains', '4111'), order, { masks }).match).toBeNull();
    expect(seen(text('4111'), order, { masks, key: 'card 4111111111111111' }).match).toBeNull();
  });

  it('hides the whole value where its place is not known, and that is told', () => {
    expect(seen(text('4111'), 'card=4111', { masks })).toEqual({
      match: null,
      partly: false,
      withheld: true,
      undecoded: false,
    });
    expect(seen(text('4111', { in: 'key' }), 'card=4111', { masks }).withheld).toBe(false);
  });

  it('can be told from the path before anything is read', () => {
    const at = (path: string, mask: string[]) =>
      maskedPath({ ...json(path, 'equals', 'x'), in: 'any', matchCase: false }, parseMasks(mask));
    expect(at('/card/number', masks)).toBe('/card/number');
    expect(at('/card/number/0', masks)).toBe('/card/number');
    expect(at('/card', masks)).toBeNull();
    expect(at('/lines/3/price', ['/lines/*/price'])).toBe('/lines/*/price');
    expect(at('/lines/*/price', ['/lines/3/price'])).toBeNull();
    expect(maskedPath({ ...text('x'), in: 'any', matchCase: false }, parseMasks(masks))).toBeNull();
    expect(
      at(
        '/a',
        noMasks.pointers.map((each) => each.text),
      ),
    ).toBeNull();
  });
});

describe('payloads that name a schema', () => {
  const schema: PayloadSchema = {
    ...{ id: 7, guid: null, format: 'avro', subject: null, version: null, name: null },
  };
  const decoded: DecodedPayload = {
    ...{ schema, state: 'decoded', format: 'avro', unknownFields: 0 },
    value: {
      kind: 'object',
      entries: [
        { names: ['orderId'], value: { kind: 'number', text: '12345678901234567890' } },
        { names: ['card'], value: { kind: 'string', text: '4111111111111111' } },
      ],
    },
  };
  const broken: DecodedPayload = { schema, state: 'undecoded', why: 'It is broken', path: [] };
  const look = (search: object, value: DecodedPayload, masks: string[] = []) =>
    searchPayload(
      viewPayloads({ key: null, value: Buffer.from('\0raw 4111') }, parseMasks(masks), { key: null, value }),
      { in: 'any', matchCase: false, ...search } as PayloadSearch,
    );

  it('are searched decoded, by words and by path, and masked before', () => {
    expect(look(json('/orderId', 'equals', '12345678901234567890'), decoded).match).not.toBeNull();
    expect(look(text('4111111111111111'), decoded).match).toMatchObject({ match: '4111111111111111' });
    expect(look(text('raw'), decoded).match).toBeNull();
    expect(look(text('4111'), decoded, ['/card'])).toMatchObject({ match: null, undecoded: false });
  });

  it('count as not decoded where they are not, their bytes searched unless a mask is declared', () => {
    expect(look(text('raw'), broken)).toMatchObject({ match: { match: 'raw' }, undecoded: false });
    expect(look(text('other'), broken)).toMatchObject({ match: null, withheld: false, undecoded: true });
    expect(look(text('raw'), broken, ['/card'])).toMatchObject({
      ...{ match: null, withheld: false, undecoded: true },
    });
  });
});
