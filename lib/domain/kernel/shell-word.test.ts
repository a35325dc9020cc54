import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

/** One shell for all of them: starting one is slow where the machine is busy. */
const echoed = (words: readonly string[]) =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.join(' ')}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

test('plain names stay bare, anything else is one word for the shell', () => {
  expect(shellWord('orders.v1.payments.dlq')).toBe('orders.v1.payments.dlq');
  expect(shellWord("it's; rm -rf $HOME")).toBe("'it'\\''s; rm -rf $HOME'");
});

test('a shell reads back exactly what was quoted', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('a', "'", '"', '$', '`', '\\', '\n', '\t', '\u001b', ' ', '!', 'é', ';'),
  });
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 50, maxLength: 100 }), (texts) => {
      expect(echoed(texts.map(shellWord))).toEqual(texts);
    }),
    { numRuns: 3 },
  );
});
