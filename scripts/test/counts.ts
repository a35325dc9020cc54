/** What one phase or all of them came to. */
export type Counts = { passed: number; failed: number };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
});

/** A check that is one test by itself (types, lint, import rules). */
export const checkCounts = (exitCode: number): Counts =>
  exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};
type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number } };

/** A runner that failed without a failed test (a file that can't be loaded, an error between tests, nothing run) counts as one failure. */
const withRunner = (counts: Counts, exitCode: number): Counts => {
  const nothing = counts.passed + counts.failed === 0;
  return nothing || (exitCode !== 0 && counts.failed === 0)
    ? { ...counts, failed: counts.failed + 1 }
    : counts;
};

/** @param report vitest's JSON; null when it wrote none */
export function vitestCounts(report: unknown, exitCode: number): Counts {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
  } = (report ?? {}) as Partial<VitestReport>;
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return withRunner({ passed: numPassedTests, failed: numFailedTests + brokenFiles }, exitCode);
}

/** @param report Playwright's JSON; null when it wrote none. One that passed only when tried again has failed. */
export function playwrightCounts(report: unknown, exitCode: number): Counts {
  const {
    expected = 0,
    unexpected = 0,
    flaky = 0,
  } = ((report ?? {}) as Partial<PlaywrightReport>).stats ?? {};
  return withRunner({ passed: expected, failed: unexpected + flaky }, exitCode);
}
