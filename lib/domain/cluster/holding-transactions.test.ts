import { describe, expect, it } from 'vitest';
import { type HeldPartition, heldLongerThan, holdPartitions } from './held.ts';
import { holdingTransactions } from './holding-transactions.ts';

const place = { topic: 'orders', partition: 0 };
const ends = (lastStable: bigint | null, highWatermark: bigint | null) =>
  [['k', { ...place, lastStable, highWatermark }]] as const;

describe('partitions that are held back', () => {
  it('since their last stable offset stands still; traffic that moves on starts anew', () => {
    let held = holdPartitions(new Map(), ends(5n, 8n), 1_000);
    held = holdPartitions(held, ends(5n, 9n), 6_000);
    expect(heldLongerThan(held, 5_000, 6_000)).toEqual([
      { ...place, lastStable: 5n, highWatermark: 9n, sinceMs: 1_000 },
    ]);
    held = holdPartitions(held, ends(null, null), 8_000);
    expect(held.size).toBe(1);
    held = holdPartitions(held, ends(7n, 9n), 9_000);
    expect(held.get('k')?.sinceMs).toBe(9_000);
    expect(holdPartitions(held, ends(9n, 9n), 10_000).size).toBe(0);
  });
});

describe('who holds them', () => {
  const held: HeldPartition = { ...place, lastStable: 5n, highWatermark: 9n, sinceMs: 100_000 };
  const producer = { producerId: 17n, transactionStartOffset: 5n };
  const other = { producerId: 18n, transactionStartOffset: 7n };
  const producers = [{ ...place, producers: [other, producer] }];
  const transaction = {
    transactionalId: 'x',
    producerId: 17n,
    startedMs: 99_000,
    timeoutMs: 60_000,
    partitions: [place],
  };
  const only = (open: (typeof transaction)[], atMs: number) =>
    holdingTransactions([held], open, producers, atMs)[0];

  it('is the transaction that starts at the last stable offset', () => {
    expect(only([transaction], 110_000)).toEqual({
      producerId: '17',
      transactionalId: 'x',
      verdict: 'open',
      openSinceMs: 99_000,
      endsByMs: 159_000,
      partitions: [{ ...place, lastStable: '5', behind: '4' }],
    });
  });

  it('hangs past its time-out, with the time its coordinator takes', () => {
    expect(only([transaction], 189_000)?.verdict).toBe('open');
    expect(only([transaction], 189_001)?.verdict).toBe('hanging');
  });

  it('hangs when no coordinator knows it, or knows it elsewhere only', () => {
    const unknown = { transactionalId: null, verdict: 'hanging', openSinceMs: 100_000, endsByMs: null };
    expect(only([], 110_000)).toMatchObject(unknown);
    expect(
      only([{ ...transaction, partitions: [{ topic: 'orders', partition: 1 }] }], 110_000),
    ).toMatchObject(unknown);
  });

  it('is not claimed where the leader did not tell or the holder is gone', () => {
    expect(holdingTransactions([held], [transaction], [{ ...place, producers: null }], 110_000)).toEqual([]);
    expect(holdingTransactions([held], [transaction], [{ ...place, producers: [other] }], 110_000)).toEqual(
      [],
    );
  });
});
