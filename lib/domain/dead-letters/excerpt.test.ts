import { describe, expect, it } from 'vitest';
import { excerptOf, excerptRule } from './excerpt.ts';
import { maskedDocument, parseMasks } from './masks.ts';

const excerpt = (value: string | Uint8Array | null, max: number, mask: string[] = []) => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const masks = parseMasks(mask);
  return excerptOf(bytes, masks, maskedDocument(bytes, masks), max);
};
const framed = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), Buffer.from(text)]);

describe('excerptOf', () => {
  it('is the beginning of a value, whole characters, and says what it is', () => {
    expect(excerpt('{"a":1}', 100)).toEqual({ form: 'json', text: '{"a":1}', truncated: false });
    expect(excerpt('hello world', 5)).toEqual({ form: 'text', text: 'hello', truncated: true });
    expect(excerpt('aé€😀', 5)).toEqual({ form: 'text', text: 'aé', truncated: true });
    expect(excerpt('aé€😀', 9)?.text).toBe('aé€');
    expect(excerpt('aé€😀', 10)).toEqual({ form: 'text', text: 'aé€😀', truncated: false });
    expect(excerpt('', 10)).toEqual({ form: 'text', text: '', truncated: false });
    expect(excerpt(framed('{"a":1}'), 100)).toMatchObject({ form: 'json', text: '{"a":1}' });
    expect(excerpt(null, 10)).toBeNull();
  });

  it('is hex where it is no text, no longer than allowed', () => {
    expect(excerpt(Buffer.from([0, 255, 1, 2, 3]), 6)).toEqual({
      form: 'hex',
      text: '00ff01',
      truncated: true,
    });
    expect(excerpt(Buffer.from([0xff]), 6)).toEqual({ form: 'hex', text: 'ff', truncated: false });
    expect(excerpt(Buffer.alloc(100, 0x80), 10)).toMatchObject({ form: 'hex', text: '8080808080' });
  });

  it('never holds what a mask hides, wherever it is repeated, and nothing of a value that masks cannot read', () => {
    const card = '4111111111111111';
    const value = `{"card":{"number":"${card}"},"note":"card ${card}"}`;
    for (const max of [30, 60, 2048]) {
      const kept = excerpt(value, max, ['/card/number']);
      expect(kept?.form).toBe('json');
      expect(kept?.text).not.toContain(card.slice(0, 4));
      expect(Buffer.byteLength(kept?.text ?? '')).toBeLessThanOrEqual(max);
    }
    expect(excerpt(framed(value), 2048, ['/card/number'])?.text).toContain('[masked]');
    for (const opaque of [
      `card=${card}`,
      Buffer.from([0, 1, 2]),
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    ])
      expect(excerpt(opaque, 100, ['/card/number'])).toBeNull();
    expect(excerpt(`card=${card}`, 100, ['header:x'])?.form).toBe('text');
  });

  it('takes a NUL and a lone surrogate as something that can be stored', () => {
    const kept = excerpt('{"a":"\\u0000\\ud800"}', 100, ['/b']);
    expect(kept?.text.isWellFormed()).toBe(true);
    expect(kept?.text).not.toContain('\u0000');
  });
});

it('the rule is of size and masks alone', () => {
  const rule = excerptRule({ excerpt: { bytes: 100 }, mask: ['/a'] });
  expect(rule).toMatch(/^[0-9a-f]{16}$/);
  expect(excerptRule({ excerpt: { bytes: 100 }, mask: ['/a'] })).toBe(rule);
  expect(excerptRule({ excerpt: { bytes: 101 }, mask: ['/a'] })).not.toBe(rule);
  expect(excerptRule({ excerpt: { bytes: 100 }, mask: ['/a', '/b'] })).not.toBe(rule);
  expect(excerptRule({ mask: ['/a'] })).toBeNull();
  expect(excerptRule(null)).toBeNull();
});
