import { expect, it } from 'vitest';
import { narrowFilter } from './narrow.ts';
import { readFilter } from './read-filter.ts';

it.each([
  ['pointer || attempts > 3', 'f"1', null, '(pointer || attempts > 3) && fingerprint == "f\\"1"'],
  ['pointer', 'f', 'open', 'pointer && fingerprint == "f" && disposition == "open"'],
  ['pointer||true', null, null, 'pointer || true'],
])('%s is narrowed as a whole', (filter, fingerprint, disposition, expected) => {
  expect(readFilter(narrowFilter(filter, { fingerprint, disposition })).filter?.normal).toBe(expected);
});
