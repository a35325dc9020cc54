import { expect, test } from 'vitest';
import { boundsSentence, howSentences, leastSendingMs, rampRates } from './how.ts';

const terms = {
  bounds: { maxRecords: 10_000, maxBytes: 100_000_000, recordsPerSecond: 200, maxDurationMs: 3_600_000 },
  canary: { records: 20, settleMs: 10_000, maxCameBackRatio: 0 },
  ramp: [1, 5, 20, 100],
  autoStart: false,
  requester: 'ana',
  destination: { kind: 'retry' as const },
};

test('ramp steps are shares of the rate', () => {
  expect(rampRates(terms)).toEqual([2, 10, 40, 200]);
});

test('the least time adds first batch, settling, and each step held for the settle time', () => {
  // 20 at 200/s, 10 s quiet, then 20 at 2/s, 100 at 10/s, 72 of 400 at 40/s
  expect(leastSendingMs(212, terms)).toBe(100 + 10_000 + 10_000 + 10_000 + 1800);
  expect(leastSendingMs(10, terms)).toBe(50 + 10_000);
  expect(leastSendingMs(10, { ...terms, bounds: { ...terms.bounds, recordsPerSecond: 0 } })).toBe(0);
});

test('said in sentences, and a small replay has no rest', () => {
  expect(howSentences(terms, 212)).toEqual([
    'First 20, until they are consumed past and 10 s stay quiet.',
    'Then the rest at 2, 10, 40, 200/s.',
    'Pauses if one of them comes back.',
    'At least 31 s.',
  ]);
  expect(howSentences(terms, 5).join(' ')).not.toContain('rest');
  expect(howSentences({ ...terms, destination: { kind: 'quarantine' } }, 212).join(' ')).not.toContain(
    'consumed',
  );
  expect(boundsSentence(terms)).toBe('Never more than 10,000 records, 100 MB, 200/s or 1 h.');
});
