import { expect, it } from 'vitest';
import { numberArray, textArray } from './array-literal.ts';

it('writes numbers as they are', () => {
  expect(numberArray([1, -2, 9_007_199_254_740_993n])).toBe('{1,-2,9007199254740993}');
  expect(numberArray([])).toBe('{}');
});

it('quotes every text, and escapes what would end it', () => {
  expect(textArray(['a', 'NULL', '', 'b,c', '{}', 'say "x"', 'back\\slash', 'ü\n'])).toBe(
    '{"a","NULL","","b,c","{}","say \\"x\\"","back\\\\slash","ü\n"}',
  );
});
