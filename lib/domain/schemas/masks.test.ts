import { describe, expect, it } from 'vitest';
import { noMasks, parseMasks } from '../dead-letters/masks.ts';
import { viewContract } from './contract.ts';
import { maskValue, redactValue } from './mask-value.ts';
import { bytesValue, integerValue, jsonOf, type SchemaValue, textValue } from './value.ts';
import { readFramed, readMessageIndexes } from './wire-format.ts';

const object = (entries: Record<string, SchemaValue>, aliases: Record<string, string> = {}): SchemaValue => ({
  kind: 'object',
  entries: Object.entries(entries).map(([name, value]) => ({
    names: aliases[name] === undefined ? [name] : [name, aliases[name]],
    value,
  })),
});
const card = object({ number: textValue('4111111111111111'), cvc: integerValue(123) });
const shown = (value: SchemaValue, ...masks: string[]) => jsonOf(maskValue(value, parseMasks(masks)).value);

describe('maskValue', () => {
  it.each([
    ['by name', object({ card }), '/card/number'],
    ['the whole of it', object({ card }), '/card'],
    ['anywhere in a list', { kind: 'array', items: [card, card] }, '/*/number'],
    [
      'by the name of its JSON',
      object({ card_number: textValue('4111111111111111') }, { card_number: 'cardNumber' }),
      '/cardNumber',
    ],
    [
      'by its own name',
      object({ card_number: textValue('4111111111111111') }, { card_number: 'cardNumber' }),
      '/card_number',
    ],
    [
      'with a step for the branch of a union',
      object({ card: { ...card, branch: ['shop.Card', 'Card'] } }),
      '/card/shop.Card/number',
    ],
    [
      'with the short name of the branch',
      object({ card: { ...card, branch: ['shop.Card', 'Card'] } }),
      '/card/Card/number',
    ],
    [
      'without a step for the branch',
      object({ card: { ...card, branch: ['shop.Card', 'Card'] } }),
      '/card/number',
    ],
    ['a part of what is shown as one', object({ at: textValue('4111111111111111') }), '/at/seconds'],
    ['a value that is no object at all', textValue('4111111111111111'), '/card/number'],
  ] as const)('hides %s', (_, value, mask) => {
    const masked = maskValue(value as SchemaValue, parseMasks([mask]));
    expect(jsonOf(masked.value)).not.toContain('4111');
    expect(jsonOf(masked.value)).toContain('[masked]');
    expect(masked.masked).toEqual([mask]);
    expect(masked.literals).toContain('4111111111111111');
  });

  it('leaves everything else as it is', () => {
    expect(shown(object({ card }), '/card/number')).toContain('"cvc": 123');
    expect(shown(object({ card }), '/number', '/card/number/x/y/z', '/other')).toContain('[masked]');
    expect(shown(object({ card }), '/number', '/other/card')).toContain('4111');
    expect(maskValue(object({ card }), noMasks)).toMatchObject({ masked: [], literals: [] });
  });

  it('knows the other ways in which a hidden value may be written', () => {
    const { literals } = maskValue(object({ pin: bytesValue(Buffer.from('s3cret')) }), parseMasks(['/pin']));
    expect(literals).toEqual(['733363726574', 'czNjcmV0', 's3cret']);
  });

  it('hides in a key what is masked in the value', () => {
    const key = object({ id: textValue('card-4111111111111111'), n: integerValue(1) });
    expect(jsonOf(redactValue(key, ['4111111111111111']))).toBe('{\n  "id": "[masked]",\n  "n": 1\n}');
    expect(redactValue(key, ['other'])).toBe(key);
  });
});

describe('viewContract', () => {
  const violates = (...path: string[]) =>
    ({ state: 'violates', path, expected: 'an int', found: 'a string' }) as const;
  const view = (path: string[], masks: string[], shownValue: SchemaValue | 'json' | null) => {
    const { path: at, found } = viewContract(violates(...path), null, {
      ...{ masks: parseMasks(masks), literals: ['4111111111111111'], shown: shownValue },
    });
    return `${at}: ${found}`;
  };
  const hidden = 'something else, in what is masked';
  const people = object({ people: object({ ana: card }) });
  const maskedPeople = maskValue(people, parseMasks(['/people'])).value;

  it.each([
    [['card', 'number'], [], object({ card }), '/card/number: a string'],
    [['card', 'number'], ['/card/number'], 'json', `/card/number: ${hidden}`],
    [['card', 'number', '0'], ['/card'], 'json', `/card: ${hidden}`],
    // A name below what is masked is part of the payload.
    [['people', 'ana', 'number'], ['/people'], maskedPeople, `/people: ${hidden}`],
    [['people', 'ana', 'number'], ['/people'], null, `: ${hidden}`],
    [['people', 'ana'], [], null, '/people/ana: a string'],
    [['4111111111111111'], [], 'json', '/[masked]: a string'],
  ] as const)('%j with %j', (path, masks, value, expected) => {
    expect(view([...path], [...masks], value)).toBe(expected);
  });

  it('says why it is unknown, and nothing when it fits', () => {
    const as = { masks: noMasks, literals: [], shown: null };
    expect(viewContract({ state: 'unknown', why: 'No registry.' }, null, as)).toMatchObject({
      why: 'No registry.',
      path: null,
    });
    expect(viewContract({ state: 'fits', note: null }, null, as)).toMatchObject({ state: 'fits', why: null });
  });
});

describe('the wire format', () => {
  it.each([
    ['', null],
    ['00', null],
    ['0000000001', 1],
    ['000000000161', 1],
    ['007fffffff', 2 ** 31 - 1],
    // An id is positive: text in UTF-16, or any other binary, is not taken for one.
    ['00ffffffff', null],
    ['0100000001', null],
    ['48656c6c6f', null],
  ])('%s', (hex, id) => expect(readFramed(Buffer.from(hex, 'hex'))?.schemaId ?? null).toBe(id));

  it.each([
    ['00', [0], 0],
    ['0002', [0], 1],
    ['020461', [2], 1],
    ['04020600', [1, 3], 1],
  ])('message %s', (hex, indexes, left) => {
    const read = readMessageIndexes(Buffer.from(hex, 'hex'));
    expect([read.indexes, read.message.length]).toEqual([indexes, left]);
  });
  it.each(['', '02', '01', 'feffffff0f', '0201', '02feffff0f'])('no message: %s', (hex) => {
    expect(() => readMessageIndexes(Buffer.from(hex, 'hex'))).toThrow('the list that names the message');
  });
});
