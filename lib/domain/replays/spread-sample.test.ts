import { expect, test } from 'vitest';
import { spreadSample } from './spread-sample.ts';

test('a sample is all of few, and of many the first, the last, and as far apart as it goes', () => {
  expect(spreadSample(0, 200)).toEqual([]);
  expect(spreadSample(1, 200)).toEqual([0]);
  expect(spreadSample(3, 200)).toEqual([0, 1, 2]);
  expect(spreadSample(10, 4)).toEqual([0, 3, 6, 9]);
  expect(spreadSample(5, 1)).toEqual([0]);
  const of = spreadSample(1_000_000, 200);
  expect(new Set(of).size).toBe(200);
  expect([of[0], of.at(-1)]).toEqual([0, 999_999]);
  const gaps = of.slice(1).map((at, index) => at - (of[index] ?? 0));
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
});
