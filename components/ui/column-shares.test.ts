import { describe, expect, it } from 'vitest';
import { moveLine, readShares } from './column-shares.ts';

describe('the line between two columns', () => {
  const shares = { a: 0.25, b: 0.25, c: 0.5 };
  const line = { left: 'a', right: 'b' };
  it.each<[string, number, Record<string, number>]>([
    ['goes to the right', 0.125, { a: 0.375, b: 0.125, c: 0.5 }],
    ['goes to the left', -0.125, { a: 0.125, b: 0.375, c: 0.5 }],
    ['stops where the right one is narrowest', 0.5, { a: 0.4375, b: 0.0625, c: 0.5 }],
    ['stops where the left one is narrowest', -1, { a: 0.0625, b: 0.4375, c: 0.5 }],
  ])('%s', (_, by, expected) => {
    expect(moveLine(shares, line, by, 0.0625)).toEqual(expected);
  });
  it('makes none narrower that is narrow already', () => {
    const narrow = { a: 0.03125, b: 0.96875 };
    expect(moveLine(narrow, line, -0.5, 0.0625)).toEqual(narrow);
  });
});

describe('kept widths', () => {
  it('hold for just these columns', () => {
    expect(readShares({ a: 0.4, b: 0.6, c: 0.1 }, ['a', 'b'])).toEqual({ a: 0.4, b: 0.6 });
  });
  it.each([
    null,
    'x',
    {},
    { a: 0.4 },
    { a: 0.4, b: 'wide' },
    { a: 0.4, b: 0 },
    { a: 0.4, b: 7 },
    { a: 0.4, b: null },
  ])('are nothing when they are %j', (kept) => {
    expect(readShares(kept, ['a', 'b'])).toBeNull();
  });
});
