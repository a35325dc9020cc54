import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, burnOver } from './burn-rate.ts';
import { isBurst, judgeArrivals } from './burst.ts';
import { type Judged, judgeSteps } from './minutes.ts';
import { objectivePeriodMs, objectiveStepMs as stepMs } from './terms.ts';

const minute = 60_000;
const hour = 60 * minute;
const of = (...runs: [Judged, number][]): Judged[] =>
  runs.flatMap(([judged, length]) => new Array<Judged>(length).fill(judged));
const day = (...last: [Judged, number][]) => {
  const steps = of(...last);
  return [...of(['good', 1440 - steps.length]), ...steps];
};
const judge = (steps: Judged[]) => assess(steps, stepMs, objectivePeriodMs);

describe('assess', () => {
  it.each<[string, Judged[], string, string | null]>([
    ['a whole good day', day(), 'met', null],
    ['nothing measured', of(['unknown', 1440]), 'unknown', null],
    ['nothing there at all', [], 'unknown', null],
    ['one bad minute', day(['bad', 1]), 'met', null],
    ['nine bad minutes: more than 14.4% of an hour', day(['bad', 9]), 'burning', 'fast'],
    ['nine bad minutes that ended half an hour ago', day(['bad', 9], ['good', 35]), 'met', null],
    ['nine bad minutes that ended 4 minutes ago', day(['bad', 9], ['good', 4]), 'burning', 'fast'],
    [
      'a sixteenth of six hours, still going on',
      day(
        ...new Array<[Judged, number]>(12)
          .fill(['good', 28])
          .flatMap((run): [Judged, number][] => [run, ['bad', 2]]),
      ),
      'burning',
      'slow',
    ],
    ['only half an hour measured, all good', of(['good', 30]), 'met', null],
    ['twenty minutes measured, all good: too little for an hour', of(['good', 20]), 'unknown', null],
    ['nine minutes measured, all bad: enough by themselves', of(['bad', 9]), 'burning', 'fast'],
    ['eight minutes measured, all bad: not enough of an hour yet', of(['bad', 8]), 'unknown', null],
  ])('%s', (_, steps, status, speed) => {
    expect(judge(steps)).toMatchObject({ status, speed });
  });

  it('tells compliance and burn in numbers, and null where too little was measured', () => {
    const whole = judge(day(['bad', 36]));
    expect(whole.compliance).toBeCloseTo(1 - 36 / 1440);
    expect(whole.burn.find((each) => each.windowMs === hour)?.rate).toBeCloseTo(60);
    const short = judge(of(['bad', 2], ['good', 2]));
    expect(short.compliance).toBeNull();
    expect(short.coverage).toBeCloseTo(4 / 1440);
    expect(short.burn.map((each) => each.rate !== null)).toEqual([true, false, false, false]);
  });

  it('unknown time changes no rate, and never makes anything burn', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Judged>('good', 'unknown'), { maxLength: 400 }), (steps) => {
        const { status, burn } = judge(steps);
        expect(status).not.toBe('burning');
        for (const each of burn) expect([null, 0]).toContain(each.rate);
      }),
    );
  });

  it('rates are finite, the lower bound holds, coverage stays a share', () => {
    const any = fc.array(fc.constantFrom<Judged>('good', 'bad', 'unknown'), { maxLength: 1500 });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 600 }), (steps, minutes) => {
        const { rate, atLeast, coverage } = burnOver(steps, stepMs, minutes * minute);
        expect(coverage).toBeGreaterThanOrEqual(0);
        expect(coverage).toBeLessThanOrEqual(1);
        expect(Number.isFinite(atLeast)).toBe(true);
        if (rate !== null) expect(rate).toBeGreaterThanOrEqual(atLeast - 1e-9);
      }),
    );
  });
});

describe('judgeSteps', () => {
  const from = new Date('2026-05-04T10:00:00Z');
  const range = { from, to: new Date(from.getTime() + 4 * minute), stepMs: minute };
  const at = (minutes: number, lagMs: number | null) => ({
    at: new Date(from.getTime() + minutes * minute),
    lagMs,
  });

  it('is bad with one group past the objective, good with all within, else unknown', () => {
    const one = [at(0, 10), at(1, 10), at(2, 10), at(3, null)];
    const two = [at(0, 5), at(1, 31_000), at(3, 5)];
    expect(judgeSteps([one, two], 30_000, range)).toEqual(['good', 'bad', 'unknown', 'unknown']);
  });

  it('leaves out groups that were never measured, and knows nothing without any', () => {
    expect(judgeSteps([[at(0, 30_000)], []], 30_000, range)).toEqual([
      'good',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(judgeSteps([[], [at(1, null)]], 1, range)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  });
});

describe('dead letters', () => {
  it.each([
    [null, null, 'none'],
    [5, null, 'none'],
    [null, 10, 'unknown'],
    [10, 10, 'met'],
    [11, 10, 'exceeded'],
  ] as const)('%s in the last hour of %s allowed: %s', (lastHour, perHour, expected) => {
    expect(judgeArrivals(lastHour, perHour)).toBe(expected);
  });

  it.each([
    ['above the objective and arriving', { m5: 0, m15: 1, h1: 11, d1: 11 }, 10, true],
    ['above the objective, but over', { m5: 0, m15: 0, h1: 11, d1: 11 }, 10, false],
    ['within the objective', { m5: 10, m15: 10, h1: 10, d1: 10 }, 10, false],
    ['no objective, out of the blue', { m5: 10, m15: 10, h1: 10, d1: 10 }, null, true],
    ['no objective, a trickle', { m5: 9, m15: 9, h1: 9, d1: 9 }, null, false],
    ['no objective, as busy as always', { m5: 10, m15: 30, h1: 120, d1: 2880 }, null, false],
  ])('%s', (_, arrivals, perHour, expected) => {
    expect(isBurst(arrivals, perHour)).toBe(expected);
  });
});
