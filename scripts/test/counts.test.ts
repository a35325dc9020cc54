import { describe, expect, it } from 'vitest';
import { checkCounts, playwrightCounts, vitestCounts } from './counts.ts';

const file = (status: string, tests: string[]) => ({
  status,
  assertionResults: tests.map((of) => ({ status: of })),
});

describe('vitestCounts', () => {
  it('takes the tests as counted', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [file('failed', ['passed', 'failed'])],
    };
    expect(vitestCounts(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that could not be loaded', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 0,
      testResults: [file('passed', ['passed']), file('failed', [])],
    };
    expect(vitestCounts(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts an error between the tests', () => {
    const report = { numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', ['passed'])] };
    expect(vitestCounts(report, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it.each([
    ['nothing ran', { numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0],
    ['there is no report', null, 0],
  ])('has failed when %s', (_why, report, exitCode) => {
    expect(vitestCounts(report, exitCode)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('playwrightCounts', () => {
  it('counts a flaky test as failed', () => {
    expect(playwrightCounts({ stats: { expected: 4, unexpected: 1, flaky: 2 } }, 1)).toEqual({
      passed: 4,
      failed: 3,
    });
  });

  it('has failed without a report', () => {
    expect(playwrightCounts(null, 1)).toEqual({ passed: 0, failed: 1 });
  });
});

it('counts a check as one test', () => {
  expect([checkCounts(0), checkCounts(2)]).toEqual([
    { passed: 1, failed: 0 },
    { passed: 0, failed: 1 },
  ]);
});
