import { expect, it } from 'vitest';
import { createOwnProgress } from './own-progress.ts';

const part = (offsets: number[], highWatermark = 100n, partition = 0) => ({
  topic: 'orders',
  partition,
  highWatermark,
  records: offsets.map((offset) => ({
    topic: 'orders',
    partition,
    offset: String(offset),
    timestamp: '0',
    group: 'g',
    key: null,
    value: null,
    headers: {},
  })),
});
const offsetsOf = (records: { offset: string }[]) => records.map(({ offset }) => Number(offset));

it('lets each record through once, although an older offset is handed out after a rejoin', () => {
  const progress = createOwnProgress();
  expect(offsetsOf(progress.remaining(part([8, 9, 10])))).toEqual([8, 9, 10]);
  progress.committed({ topic: 'orders', partition: 0 }, 10n);
  expect(offsetsOf(progress.remaining(part([8, 9, 10])))).toEqual([10]);
  expect(offsetsOf(progress.remaining(part([8, 9])))).toEqual([]);
  expect(offsetsOf(progress.remaining(part([8, 9], 100n, 1)))).toEqual([8, 9]);
});

it('takes a partition that is shorter than what was done as a new one', () => {
  const progress = createOwnProgress();
  progress.committed({ topic: 'orders', partition: 0 }, 10n);
  expect(offsetsOf(progress.remaining(part([0, 1], 5n)))).toEqual([0, 1]);
  expect(offsetsOf(progress.remaining(part([0, 1], 20n)))).toEqual([0, 1]);
});
