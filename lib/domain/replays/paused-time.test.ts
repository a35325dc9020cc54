import { expect, it } from 'vitest';
import { pausedTime, ranForMs, stepBegunAnew } from './paused-time.ts';
import { initialRun } from './run.ts';

const at = (ms: number) => new Date(ms);
const running = { state: 'ramping', startedAt: at(1000), pausedAt: null, pausedMs: 0 } as const;

it('what ran is what was not paused, however often', () => {
  expect(ranForMs({ ...running, startedAt: null }, at(9000))).toBe(0);
  expect(ranForMs(running, at(3000))).toBe(2000);
  const paused = { ...running, state: 'paused', ...pausedTime(running, 'paused', at(3000)) } as const;
  expect(ranForMs(paused, at(9_000_000))).toBe(2000);
  const again = { ...paused, state: 'ramping', ...pausedTime(paused, 'ramping', at(10_000)) } as const;
  expect(again).toMatchObject({ pausedAt: null, pausedMs: 7000 });
  expect(ranForMs(again, at(11_000))).toBe(3000);
  const twice = { ...again, state: 'paused', ...pausedTime(again, 'paused', at(12_000)) } as const;
  const ended = { ...twice, state: 'ramping', ...pausedTime(twice, 'ramping', at(20_000)) } as const;
  expect(ranForMs(ended, at(20_500))).toBe(4500);
});

it('a change that neither begins nor ends a pause says nothing of it', () => {
  expect(pausedTime(running, undefined, at(1))).toEqual({});
  expect(pausedTime(running, 'completed', at(1))).toEqual({});
  expect(pausedTime({ ...running, state: 'paused', pausedAt: at(1) }, 'paused', at(2))).toEqual({});
});

it('a clock that was set back does not make a replay older', () => {
  const paused = { ...running, state: 'paused', pausedAt: at(5000) } as const;
  expect(pausedTime(paused, 'ramping', at(4000))).toEqual({ pausedAt: null, pausedMs: 0 });
});

it('only the step that was under way begins anew', () => {
  const terms = { canaryRecords: 20, recordsPerSecond: 50 };
  const run = initialRun({ ramp: [10, 100], manifest: { records: 1000 } }, terms, at(0));
  const resumed = stepBegunAnew(run, at(7000));
  expect(resumed.steps[0]).toMatchObject({ state: 'running', startedAt: at(7000).toISOString() });
  expect(resumed.steps.slice(1)).toEqual(run.steps.slice(1));
});
