import { describe, expect, it } from 'vitest';
import { noMasks, parseMasks } from '#lib/domain/dead-letters/masks.ts';
import { keyText } from './first-record.ts';

const bytes = (text: string) => Buffer.from(text);

describe('keyText', () => {
  it('shows text as text and anything else as hex, at a length that fits a screen', () => {
    expect(keyText({ key: null, value: null }, noMasks)).toBeNull();
    expect(keyText({ key: bytes('order-1'), value: null }, noMasks)).toBe('order-1');
    expect(keyText({ key: Uint8Array.of(0xff, 1), value: null }, noMasks)).toBe('0xff01');
    expect(keyText({ key: bytes('x'.repeat(5_000)), value: null }, noMasks)).toHaveLength(200);
  });

  it('hides what the flow masks, in a JSON key and as a repeated value', () => {
    const masks = parseMasks(['/card/number']);
    const value = bytes('{"card":{"number":"4111222233334444"}}');
    expect(keyText({ key: value, value: null }, masks)).toBe('{"card":{"number":"[masked]"}}');
    expect(keyText({ key: bytes('card-4111222233334444'), value }, masks)).toBe('card-[masked]');
  });
});
