import { afterEach, expect, it, vi } from 'vitest';
import { currentSecond, subscribeToSeconds } from './clock.ts';

afterEach(() => void vi.useRealTimers());

it('is now from the moment of subscribing, and ticks once a second', () => {
  vi.useFakeTimers({ now: new Date('2026-11-23T02:41:07.400Z') });
  const start = Date.parse('2026-11-23T02:41:07Z') / 1000;
  const listener = vi.fn();
  const unsubscribe = subscribeToSeconds(listener);
  expect(currentSecond()).toBe(start);
  vi.advanceTimersByTime(1000);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(currentSecond()).toBe(start + 1);
  unsubscribe();
  expect(vi.getTimerCount()).toBe(0);
});
