import { describe, expect, it } from 'vitest';
import { checkCounts, playwrightCounts, vitestCounts } from './counts.ts';

const file = (status: string, tests: string[]) => ({
  name: 'a.test.ts',
  status,
  message: 'cannot be loaded\n  at …',
  assertionResults: tests.map((of) => ({
    status: of,
    fullName: `does what is ${of}`,
    failureMessages: of === 'failed' ? ['expected 1 to be 2\n  at …'] : [],
  })),
});

describe('vitestCounts', () => {
  it('takes the tests as counted', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [file('failed', ['passed', 'failed'])],
    };
    expect(vitestCounts(report, 1)).toEqual({
      passed: 3,
      failed: 1,
      failures: ['a.test.ts: does what is failed: expected 1 to be 2'],
    });
  });

  it('counts a file that could not be loaded', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 0,
      testResults: [file('passed', ['passed']), file('failed', [])],
    };
    expect(vitestCounts(report, 1)).toEqual({
      passed: 3,
      failed: 1,
      failures: ['a.test.ts: cannot be loaded'],
    });
  });

  it('counts an error between the tests', () => {
    const report = { numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', ['passed'])] };
    expect(vitestCounts(report, 1)).toEqual({
      passed: 3,
      failed: 1,
      failures: ['the runner itself, exit code 1'],
    });
  });

  it.each([
    ['nothing ran', { numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0],
    ['there is no report', null, 0],
  ])('has failed when %s', (_why, report, exitCode) => {
    expect(vitestCounts(report, exitCode)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('playwrightCounts', () => {
  it('counts a flaky test as failed', () => {
    const spec = (title: string, status: string) => ({ title, tests: [{ projectName: '', status }] });
    const suites = [
      {
        title: 'a.e2e.ts',
        specs: [spec('holds', 'expected'), spec('breaks', 'unexpected')],
        suites: [{ title: 'by keyboard', specs: [spec('wavers', 'flaky')] }],
      },
    ];
    const stats = { expected: 4, unexpected: 1, flaky: 1 };
    expect(playwrightCounts({ stats, suites }, 1)).toEqual({
      passed: 4,
      failed: 2,
      failures: ['a.e2e.ts: breaks', 'a.e2e.ts: by keyboard: wavers'],
    });
  });

  it('has failed without a report', () => {
    expect(playwrightCounts(null, 1)).toMatchObject({ passed: 0, failed: 1 });
  });
});

it('counts a check as one test', () => {
  expect([checkCounts(0), checkCounts(2)]).toEqual([
    { passed: 1, failed: 0, failures: [] },
    { passed: 0, failed: 1, failures: ['exit code 2'] },
  ]);
});
