import { cpus } from 'node:os';
import { messageOf } from '../launcher/start-error.ts';
import { seconds } from '../launcher/steps.ts';
import type { Counts } from './counts.ts';
import type { Phase, PhaseContext } from './phases.ts';

/** A phase, what it came to and what it cost. */
export type PhaseResult = { name: string; counts: Counts; tookMs: number; busyCores: number };

/** Milliseconds that all cores have worked since the machine started. */
const workedMs = () =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);

/** Runs one phase; one that breaks has failed, and the next ones still run. */
export async function runPhase(phase: Phase, at: PhaseContext): Promise<PhaseResult> {
  const started = Date.now();
  const workedBefore = workedMs();
  at.write(`\n── ${phase.name}`);
  let counts: Counts;
  try {
    counts = await phase.run(at);
  } catch (error) {
    at.signal.throwIfAborted();
    at.write(messageOf(error));
    counts = { passed: 0, failed: 1, failures: [messageOf(error)] };
  }
  const tookMs = Date.now() - started;
  const busyCores = (workedMs() - workedBefore) / Math.max(1, tookMs);
  const result = { name: phase.name, counts, tookMs, busyCores };
  at.write(phaseLine(result));
  return result;
}

/** What a phase came to, and how busy the machine was: what waits while cores are free could run beside something else. */
export function phaseLine({ name, counts, tookMs, busyCores }: PhaseResult): string {
  const verdict = counts.failed === 0 ? 'ok' : 'FAILED';
  const came = `${counts.passed} passed, ${counts.failed} failed`;
  return `── ${name}: ${verdict}, ${came}, ${seconds(tookMs)}, ${busyCores.toFixed(1)} of ${cpus().length} cores busy`;
}

/** The end of a long log, which may be all that somebody is shown of it: every phase, and every failure by its name. */
export function summaryLines(results: readonly PhaseResult[]): string[] {
  const failures = results.flatMap(({ name, counts }) =>
    counts.failures.map((failure) => `  ✗ ${name}: ${failure}`),
  );
  return [...results.map(phaseLine), ...failures];
}
