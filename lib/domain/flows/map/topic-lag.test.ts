import { expect, it } from 'vitest';
import { type PartitionLag, topicLag } from './topic-lag.ts';

const lag = (more: Partial<PartitionLag>): PartitionLag => ({
  ...{ status: 'ok', lagRecords: 0n, lagMs: 0, lagMsError: 0, produceRate: 1, consumeRate: 1 },
  ...more,
});

it('is the worst status, the sum of what waits, and the longest wait with its error', () => {
  expect(
    topicLag([
      lag({ lagRecords: 10n, lagMs: 500, lagMsError: 20, status: 'lagging' }),
      lag({ lagRecords: -3n, status: 'ahead' }),
      lag({ lagRecords: 5n, lagMs: 900, lagMsError: 40 }),
    ]),
  ).toEqual({
    ...{ status: 'ahead', lagRecords: 15n, lagMs: 900, lagMsError: 40, partitions: 3 },
    ...{ produceRate: 3, consumeRate: 3 },
  });
});

it('leaves out what is not known, and knows nothing where nothing is', () => {
  const dark = lag({
    status: 'unknown',
    lagRecords: null,
    lagMs: null,
    produceRate: null,
    consumeRate: null,
  });
  expect(topicLag([dark, lag({ lagRecords: 2n, lagMs: 7 })])).toMatchObject({ lagRecords: 2n, lagMs: 7 });
  expect(topicLag([dark])).toMatchObject({
    lagRecords: null,
    lagMs: null,
    produceRate: null,
    status: 'unknown',
  });
  expect(topicLag([])).toBeNull();
});
