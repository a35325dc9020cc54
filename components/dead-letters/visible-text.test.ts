import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test('what hides or turns text around is written out; line ends and tabs stay', () => {
  expect(visibleText('pay\u202e001\u0000\ta\r\nb\u200b')).toBe('pay\\u202e001\\u0000\ta\nb\\u200b');
  expect(visibleText('Grüße 🙂 日本')).toBe('Grüße 🙂 日本');
});
