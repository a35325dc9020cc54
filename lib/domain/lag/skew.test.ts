import { describe, expect, it } from 'vitest';
import { hotPartitions } from './skew.ts';

const produced = (...rates: (number | null)[]) =>
  rates.map((produceRate, partition) => ({ topic: 'orders.v1', partition, produceRate }));

describe('hot partitions', () => {
  it('take at least twice their even share, the largest first', () => {
    expect(hotPartitions(produced(10, 10, 60, 100, 10, 10))).toEqual([
      { topic: 'orders.v1', partition: 3, share: 0.5 },
    ]);
    expect(hotPartitions(produced(40, 10, 10, 45, 5, 5, 5, 0)).map((each) => each.partition)).toEqual([3, 0]);
  });
  it.each([
    ['even', produced(10, 11, 9)],
    ['a single partition', produced(100)],
    ['a rate that is not known', produced(100, null, 1)],
    ['next to nothing produced', produced(0.5, 0, 0)],
    ['nothing produced', produced(0, 0, 0)],
    ['no partitions', []],
  ])('none: %s', (_name, partitions) => expect(hotPartitions(partitions)).toEqual([]));
});
