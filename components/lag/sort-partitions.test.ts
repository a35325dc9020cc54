import { describe, expect, it } from 'vitest';
import type { LagStatus } from '#lib/domain/lag/status.ts';
import { sortPartitions } from './sort-partitions.ts';

const row = (
  partition: number,
  status: LagStatus,
  lagRecords: string | null,
  lagMs: number | null = null,
) => ({
  topic: 'orders.v1',
  partition,
  status,
  lagRecords,
  lagMs,
});
const rows = [
  row(10, 'ok', '0'),
  row(2, 'stopped', '5'),
  row(1, 'ok', '0'),
  row(3, 'stopped', '9007199254740993'),
  row(4, 'unknown', null),
];
const order = (by: string, direction: 'asc' | 'desc') =>
  sortPartitions(rows, { by, order: direction }).map((each) => each.partition);

describe('the order of partitions', () => {
  it('is worst first, the largest lag before the smaller, then by number', () =>
    expect(order('status', 'asc')).toEqual([3, 2, 4, 1, 10]));
  it('compares lag past 2^53 and puts unknown last when the largest is first', () =>
    expect(order('lag', 'desc')).toEqual([3, 2, 1, 10, 4]));
  it('compares partitions as numbers', () => expect(order('partition', 'asc')).toEqual([1, 2, 3, 4, 10]));
});
