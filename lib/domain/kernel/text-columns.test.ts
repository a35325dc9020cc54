import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RepeatedColumn, TextColumn } from './text-columns.ts';

it('texts come back as they were, in any order, one behind the other too', () => {
  const texts = fc.array(
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.constant('é'.repeat(9000))),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(texts, (all) => {
      const column = new TextColumn();
      for (const text of all) column.add(text);
      expect(all.map((_, row) => column.at(all.length - 1 - row))).toEqual(all.toReversed());
      expect(column.joined()).toBe(all.join(''));
    }),
    { numRuns: 100 },
  );
});

it('repeated texts come back as they were, and so does the lack of one', () => {
  const texts = fc.array(fc.option(fc.constantFrom('', 'a', 'b', 'null')), { maxLength: 300 });
  fc.assert(
    fc.property(texts, (all) => {
      const column = new RepeatedColumn<string | null>();
      for (const text of all) column.add(text);
      expect(all.map((_, row) => column.at(row))).toEqual(all);
    }),
    { numRuns: 100 },
  );
});

it('a row that was never added is no text', () => {
  const repeated = new RepeatedColumn<string>();
  repeated.add('a');
  expect(() => repeated.at(1)).toThrow('Row 1 was never added.');
  const column = new TextColumn();
  column.add('a');
  expect(() => column.at(1)).toThrow('Row 1 was never added.');
});
