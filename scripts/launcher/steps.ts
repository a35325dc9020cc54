/** Prints each step of the start with the time it took. */
export type Steps = {
  /** Runs one step; `doing` is printed first where it may take long. The result's text is printed with its time. */
  run: <T>(doing: string | null, work: () => Promise<T>, done: (result: T) => string | null) => Promise<T>;
  say: (line: string) => void;
  problem: (line: string) => void;
};

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function createSteps(write: (line: string) => void, clock: () => number = Date.now): Steps {
  return {
    async run(doing, work, done) {
      const started = clock();
      if (doing) write(`  … ${doing}`);
      const result = await work();
      const text = done(result);
      if (text) write(`  ✓ ${text}  ${seconds(clock() - started)}`);
      return result;
    },
    say: (line) => write(`  · ${line}`),
    problem: (line) => write(`  ! ${line}`),
  };
}
