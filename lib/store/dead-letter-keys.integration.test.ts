import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { letter } from '#fixtures/indexed-letters.ts';
import { sha256Hex } from '#lib/domain/kernel/brand.ts';
import type { DeadLetterRecordRow } from './dead-letter-rows.ts';

const place = { clusterId: 'keyed-cluster', topicId: 'keyed-topic' };
const other = { ...place, topicId: 'other-topic' };
const [mine, theirs] = [sha256Hex('a'.repeat(64)), sha256Hex(`${'a'.repeat(12)}${'b'.repeat(52)}`)];
const minute = (n: number) => new Date(Date.UTC(2026, 2, 1, 3, n));
/** Of the key, by when they arrived: 5 arrived with 4, and stands behind it by its partition. */
const arrivals = [
  { partition: 0, offset: 10n, at: minute(0) },
  { partition: 0, offset: 11n, at: minute(1) },
  { partition: 0, offset: 20n, at: minute(2) },
  { partition: 0, offset: 21n, at: minute(5) },
  { partition: 0, offset: 22n, at: minute(6) },
  { partition: 1, offset: 3n, at: minute(6) },
];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  const { deadLetterIndex } = test.database.stores;
  const letters = arrivals.map(({ partition, offset, at }) =>
    letter(partition, offset, { at, keyHash: mine }),
  );
  await deadLetterIndex.insert(place, [
    ...letters,
    letter(0, 12n, { at: minute(3), keyHash: theirs }),
    letter(0, 13n, { at: minute(3), keyHash: null }),
  ]);
  await deadLetterIndex.insert(other, [letter(0, 1n, { at: minute(3), keyHash: mine })]);
});
afterAll(() => test.drop());

const around = async (partition: number, offset: bigint, most: number) => {
  const { deadLetters, deadLetterKeys } = test.database.stores;
  const row = await deadLetters.findRecord({ ...place, partition, offset });
  if (!row) throw new Error(`${partition}@${offset} is not in the index.`);
  const found = await deadLetterKeys.around(row, most);
  const named = (rows: readonly DeadLetterRecordRow[]) =>
    rows.map((each) => `${each.partition}@${each.offset}`);
  return found && { later: named(found.later), earlier: named(found.earlier), count: found.count };
};

it('finds the dead letters of a topic with the same key, the nearest first, to both sides', async () => {
  expect(await around(0, 20n, 2)).toEqual({
    later: ['0@21', '0@22'],
    earlier: ['0@11', '0@10'],
    count: 6,
  });
  expect(await around(0, 22n, 5)).toEqual({
    later: ['1@3'],
    earlier: ['0@21', '0@20', '0@11', '0@10'],
    count: 6,
  });
});

it('finds none beside one that is alone with its key, and says nothing of one that has no key', async () => {
  expect(await around(0, 12n, 5)).toEqual({ later: [], earlier: [], count: 1 });
  expect(await around(0, 13n, 5)).toBeNull();
});
