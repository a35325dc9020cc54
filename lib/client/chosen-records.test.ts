import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chosenKey, chosenOfKey, chosenText, readChosen } from './chosen-records.ts';

test('runs are folded, partitions and offsets ascend', () => {
  expect(
    chosenText([
      { partition: 3, offset: '12' },
      { partition: 0, offset: '5' },
      { partition: 3, offset: '11' },
      { partition: 3, offset: '10' },
      { partition: 3, offset: '9007199254740993' },
    ]),
  ).toBe('0:5;3:10-12,9007199254740993');
});

test('an address gives back the set that it was made from', () => {
  const record = fc.record({
    partition: fc.integer({ min: 0, max: 4 }),
    offset: fc.oneof(fc.bigInt(0n, 30n), fc.bigInt(2n ** 62n, 2n ** 62n + 20n)).map(String),
  });
  fc.assert(
    fc.property(fc.uniqueArray(record, { selector: chosenKey }), (records) => {
      expect(new Set(readChosen(chosenText(records)).map(chosenKey))).toEqual(
        new Set(records.map(chosenKey)),
      );
    }),
  );
});

test('what is not of its form gives nothing', () => {
  expect(readChosen(null)).toEqual([]);
  expect(readChosen('x:1;2:a;;3')).toEqual([]);
  expect(readChosen('0:0-99999999999')).toEqual([]);
  expect(chosenOfKey('1:2:3')).toBeNull();
  expect(chosenOfKey('1:2')).toEqual({ partition: 1, offset: '2' });
});
