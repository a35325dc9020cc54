import { expect, test } from 'vitest';
import { consequenceOf, outcomeOf } from './headline.ts';

const progress = {
  records: 212,
  replayed: 211,
  skipped: 1,
  diverted: 0,
  failed: 0,
  unknown: 0,
  remaining: 0,
  consumedPast: 200,
  cameBack: 1,
};
const destination = { kind: 'retry' as const, topic: 'orders.retry', partitions: 6 };
const closed = {
  terminal: true,
  startedAt: '2026-01-01T00:00:00.000Z',
  state: 'came_back' as const,
  progress,
  destination,
};

test('says what is known, and how many are not', () => {
  expect(outcomeOf(closed)).toBe(
    '211 of 212 records went to orders.retry: 200 consumed past, 1 came back, 10 with no known outcome, 1 skipped.',
  );
  expect(outcomeOf({ ...closed, destination: { ...destination, kind: 'quarantine' } })).toBe(
    '211 of 212 records went to orders.retry: 1 skipped.',
  );
});

test('closed before its start: nothing was sent; not closed: no outcome yet', () => {
  expect(outcomeOf({ ...closed, startedAt: null, state: 'rejected' })).toBe('Nothing was sent.');
  expect(outcomeOf({ ...closed, terminal: false, state: 'verifying' })).toBeNull();
});

test('a draft says what was asked for', () => {
  const source = { topic: 'orders.dlq', topicId: 'x', selection: { fingerprint: 'a1' } };
  expect(consequenceOf({ consequence: null, source, destination })).toContain(
    'one failure group of orders.dlq would go to orders.retry',
  );
});
