import { expect, it } from 'vitest';
import { CandidatePage } from './candidate-page.ts';

const hash = (digit: string) => digit.repeat(64);
/** Of `candidateColumns`, as PostgreSQL writes them. */
const row = (over: Readonly<Record<number, string | null>> = {}): (string | null)[] =>
  [
    ...[null, '3', '9223372036854775807', '1.7e+12', hash('a'), '486', hash('b'), 'spring-kafka'],
    ...['orders', '2', '9223372036854775806', '-1', 'f1', 'com.acme.Down', 'retryable', 'orders-"é"-1', '4'],
  ].map((field, at) => (at in over ? (over[at] ?? null) : field));

function pageOf(...rows: (string | null)[][]): CandidatePage {
  const page = new CandidatePage(rows.length);
  for (const each of rows) page.add(each);
  return page;
}

it('says of each candidate what the index has, in columns and one by one', () => {
  const page = pageOf(row(), row({ 1: '0', 2: '0', 5: '0', 6: hash('c') }));
  expect([...page.partitions]).toEqual([3, 0]);
  expect([...page.offsets]).toEqual([9223372036854775807n, 0n]);
  expect([...page.valueBytes]).toEqual([486, 0]);
  expect(page.contentHashes).toBe(hash('b') + hash('c'));
  expect(page.at(0)).toEqual({
    ...{ partition: 3, offset: 9223372036854775807n, atMs: 1_700_000_000_000 },
    ...{ keyHash: hash('a'), contentHash: hash('b'), convention: 'spring-kafka' },
    origin: { topic: 'orders', partition: 2, offset: 9223372036854775806n },
    // Before 1970: a producer says what it likes.
    originTimestampMs: -1,
    ...{ fingerprint: 'f1', exceptionClass: 'com.acme.Down', verdict: 'retryable' },
    ...{ lineageRoot: 'orders-"é"-1', pointer: false, attempts: 4 },
  });
});

it('says what is not known', () => {
  const page = pageOf(
    row({ 4: null, 11: null, 13: null }),
    row({ 8: null }),
    row({ 9: null }),
    row({ 10: null }),
  );
  expect(page.at(0)).toMatchObject({ keyHash: null, originTimestampMs: null, exceptionClass: null });
  expect(page.at(0).origin).not.toBeNull();
  expect([1, 2, 3].map((at) => page.at(at).origin)).toEqual([null, null, null]);
});

it('has pointers, and only counts what is left out for a newer one', () => {
  const page = pageOf(row({ 0: 'superseded' }), row({ 0: 'pointer', 2: '7' }), row({ 0: 'superseded' }));
  expect(page).toMatchObject({ rows: 1, superseded: 2 });
  expect(page.at(0)).toMatchObject({ offset: 7n, pointer: true });
  expect([...page.pointers]).toEqual([1]);
  expect([...page.offsets]).toEqual([7n]);
  expect(() => page.at(1)).toThrow('Row 1 was never added.');
});
