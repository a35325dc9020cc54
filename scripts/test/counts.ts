/** What one phase or all of them came to; `failures` names what failed, a line each, as far as the runner told it. */
export type Counts = { passed: number; failed: number; failures: readonly string[] };

export const add = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  failures: [...a.failures, ...b.failures],
});

/** A check that is one test by itself (types, lint, import rules). */
export const checkCounts = (exitCode: number): Counts =>
  exitCode === 0
    ? { passed: 1, failed: 0, failures: [] }
    : { passed: 0, failed: 1, failures: [`exit code ${exitCode}`] };

type VitestTest = { status: string; fullName?: string; failureMessages?: string[] };
type VitestFile = { name?: string; status: string; message?: string; assertionResults: VitestTest[] };
type VitestReport = { numPassedTests: number; numFailedTests: number; testResults: VitestFile[] };
type PlaywrightTest = { projectName: string; status: string };
type PlaywrightSpec = { title: string; tests: PlaywrightTest[] };
type PlaywrightSuite = { title: string; specs?: PlaywrightSpec[]; suites?: PlaywrightSuite[] };
type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number };
  suites: PlaywrightSuite[];
};

/** A runner that failed without a failed test (a file that can't be loaded, an error between tests, nothing run) counts as one failure. */
const withRunner = (counts: Counts, exitCode: number): Counts => {
  const nothing = counts.passed + counts.failed === 0;
  return nothing || (exitCode !== 0 && counts.failed === 0)
    ? {
        ...counts,
        failed: counts.failed + 1,
        failures: [...counts.failures, `the runner itself, exit code ${exitCode}`],
      }
    : counts;
};

const firstLine = (text: string | undefined) => text?.split('\n', 1)[0] ?? 'no message';
const isBroken = (file: VitestFile) =>
  file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed');
const vitestFailures = (file: VitestFile): string[] => {
  const where = file.name ?? 'unknown file';
  if (isBroken(file)) return [`${where}: ${firstLine(file.message)}`];
  return file.assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => `${where}: ${test.fullName ?? 'a test'}: ${firstLine(test.failureMessages?.[0])}`);
};

/** @param report vitest's JSON; null when it wrote none */
export function vitestCounts(report: unknown, exitCode: number): Counts {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
  } = (report ?? {}) as Partial<VitestReport>;
  return withRunner(
    {
      passed: numPassedTests,
      failed: numFailedTests + testResults.filter(isBroken).length,
      failures: testResults.flatMap(vitestFailures),
    },
    exitCode,
  );
}

const playwrightFailures = (suite: PlaywrightSuite, above: string): string[] => {
  const here = above === '' ? suite.title : `${above}: ${suite.title}`;
  return [
    ...(suite.specs ?? [])
      .filter((spec) => spec.tests.some((test) => test.status === 'unexpected' || test.status === 'flaky'))
      .map((spec) => `${here}: ${spec.title}`),
    ...(suite.suites ?? []).flatMap((inner) => playwrightFailures(inner, here)),
  ];
};

/** @param report Playwright's JSON; null when it wrote none. One that passed only when tried again has failed. */
export function playwrightCounts(report: unknown, exitCode: number): Counts {
  const { stats, suites = [] } = (report ?? {}) as Partial<PlaywrightReport>;
  const { expected = 0, unexpected = 0, flaky = 0 } = stats ?? {};
  return withRunner(
    {
      passed: expected,
      failed: unexpected + flaky,
      failures: suites.flatMap((suite) => playwrightFailures(suite, '')),
    },
    exitCode,
  );
}
