import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitraryFilter } from '#fixtures/arbitrary-filter.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { readFilter } from './read-filter.ts';
import type { Syntax } from './tree.ts';

/** The tree without places, which are the text's. */
const shape = (node: Syntax): unknown =>
  JSON.parse(
    JSON.stringify(node, (key, value: unknown) =>
      ['at', 'end', 'named'].includes(key) ? undefined : typeof value === 'bigint' ? String(value) : value,
    ),
  );

it('the normal form of a filter reads as the same filter, and is its own normal form', () => {
  fc.assert(
    fc.property(arbitraryFilter, (text) => {
      const tree = parseFilter(text);
      const printed = printFilter(tree);
      expect(shape(parseFilter(printed))).toEqual(shape(tree));
      expect(printFilter(parseFilter(printed))).toBe(printed);
      expect(readFilter(text).problem?.message ?? null).toBeNull();
    }),
    { numRuns: 300 },
  );
});

it('any text is read or refused, with a place inside of it', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '!',
    '-',
    '.',
    ',',
    '==',
    'in',
    'key',
    'headers',
    '"a"',
    '1',
    '&&',
    ' ',
    '\n',
    '\\',
    '😀',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const { problem } = readFilter(text);
      if (problem === null) return;
      expect(problem.at).toBeGreaterThanOrEqual(0);
      expect(problem.end).toBeGreaterThanOrEqual(problem.at);
      expect(problem.end).toBeLessThanOrEqual(text.length);
      expect(problem.line).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
