import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isMaskedMeaning,
  jsonText,
  maskedLiterals,
  maskJson,
  parseMasks,
  redact,
  withoutMasked,
} from './masks.ts';
import { headers } from './testing/records.ts';

const mask = (text: string, ...masks: string[]) => maskJson(text, parseMasks(masks)).text;

describe('maskJson', () => {
  it.each([
    ['{"card":{"number":"4111","cvc":"1"}}', ['/card/number'], '{"card":{"number":"[masked]","cvc":"1"}}'],
    ['{"card":{"number":"4111"}}', ['/card'], '{"card":"[masked]"}'],
    [
      '{ "id" : 12345678901234567890 , "s" : 1.50 }',
      ['/s'],
      '{ "id" : 12345678901234567890 , "s" : "[masked]" }',
    ],
    ['{"a":1,"a":2}', ['/a'], '{"a":"[masked]","a":"[masked]"}'],
    ['{"c\\u0061rd":"x","b":"}"}', ['/card'], '{"c\\u0061rd":"[masked]","b":"}"}'],
    [
      '{"items":[{"p":1,"q":2},{"p":3}]}',
      ['/items/*/p'],
      '{"items":[{"p":"[masked]","q":2},{"p":"[masked]"}]}',
    ],
    ['[1,[2,3]]', ['/1/0'], '[1,["[masked]",3]]'],
    ['{"a/b":1,"m~n":2}', ['/a~1b', '/m~0n'], '{"a/b":"[masked]","m~n":"[masked]"}'],
    ['{"a":{"b":1}}', ['/a', '/a/b'], '{"a":"[masked]"}'],
    ['{"a":"say \\"hi\\"","b":1}', ['/b'], '{"a":"say \\"hi\\"","b":"[masked]"}'],
    ['{"a":1}', ['/b', '/a/b'], '{"a":1}'],
    ['{"__proto__":{"x":1}}', ['/__proto__/x'], '{"__proto__":{"x":"[masked]"}}'],
  ])('%s %j', (text, masks, expected) => {
    expect(mask(text, ...masks)).toBe(expected);
  });

  it('hides exactly the named member of any document, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (secret, rest) => {
        const text = JSON.stringify({ rest, secret });
        expect(mask(text, '/secret')).toBe(JSON.stringify({ rest, secret: '[masked]' }));
        expect(mask(text, '/absent')).toBe(text);
      }),
    );
  });

  it('takes ten thousand levels', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect(mask(deep, '/0/0')).toBe('[["[masked]"]]');
    expect(mask(`{"a":${deep},"b":"x"}`, '/b')).toBe(`{"a":${deep},"b":"[masked]"}`);
  });
});

describe('what was masked is hidden elsewhere too', () => {
  const masks = parseMasks(['/card/number', 'header:Authorization', 'header:kafka_dlt-exception-message']);
  it('in messages', () => {
    const literals = maskedLiterals(Buffer.from('{"card":{"number":"4111111111111111"}}'), masks);
    expect(redact('card 4111111111111111 declined', literals)).toBe('card [masked] declined');
    expect(redact(null, literals)).toBeNull();
  });

  it('in headers, however they are written', () => {
    const visible = withoutMasked(
      headers([
        ['authorization', 'secret'],
        ['x', 'y'],
      ]),
      masks,
    );
    expect(visible.map((header) => header.value && Buffer.from(header.value).toString())).toEqual([
      null,
      'y',
    ]);
  });

  it('in the index, by what a convention reads from a masked header', () => {
    expect(isMaskedMeaning('spring-kafka', 'message', masks)).toBe(true);
    expect(isMaskedMeaning('kafka-connect', 'message', masks)).toBe(false);
  });
});

describe('jsonText', () => {
  it.each([
    ['{"a":1}', '{"a":1}'],
    [' [1]', ' [1]'],
    ['{"a":', null],
    ['42', null],
    ['', null],
  ])('%s', (text, expected) => expect(jsonText(Buffer.from(text))).toBe(expected));
});
