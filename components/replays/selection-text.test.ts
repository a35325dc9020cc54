import { expect, test } from 'vitest';
import { selectedFingerprint, selectionText } from './selection-text.ts';

test('every selection has its words', () => {
  expect(selectionText({ fingerprint: 'a1', from: '2026-01-01T02:00:00.000Z' })).toBe(
    'one failure group, from 2026-01-01 02:00:00 UTC',
  );
  expect(selectionText({ records: [{ partition: 0, offset: '1' }] })).toBe('1 chosen record');
  expect(selectionText({ filter: 'attempts > 3', now: '2026-01-01T02:00:00.000Z' })).toBe(
    'the filter attempts > 3 as of 2026-01-01 02:00:00 UTC',
  );
  expect(selectionText({ all: true })).toBe('all open dead letters');
  expect(selectionText(null)).toBe('a selection that this page does not know');
  expect(selectedFingerprint({ fingerprint: 'a1' })).toBe('a1');
  expect(selectedFingerprint({ all: true })).toBeNull();
});
