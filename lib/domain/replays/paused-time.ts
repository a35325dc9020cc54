import type { ReplayRun } from './run.ts';
import type { ReplayState } from './state.ts';

type Pausing = { state: ReplayState; pausedAt: Date | null; pausedMs: number };

/** What a change of state does to the time that a replay was paused; nothing where it neither begins nor ends a pause. */
export function pausedTime(
  before: Pausing,
  state: ReplayState | undefined,
  now: Date,
): Partial<Pick<Pausing, 'pausedAt' | 'pausedMs'>> {
  if (state === undefined || (state === 'paused') === (before.state === 'paused')) return {};
  if (state === 'paused') return { pausedAt: now };
  const since = before.pausedAt?.getTime() ?? now.getTime();
  return { pausedAt: null, pausedMs: before.pausedMs + Math.max(0, now.getTime() - since) };
}

/** For how long a replay has run: since it started, without the time that it was paused. 0 before it starts. */
export function ranForMs(
  { startedAt, state, pausedAt, pausedMs }: Pausing & { startedAt: Date | null },
  now: Date,
): number {
  if (!startedAt) return 0;
  const until = state === 'paused' && pausedAt ? pausedAt : now;
  return until.getTime() - startedAt.getTime() - pausedMs;
}

/** The step that was under way begins anew: what it was to hold for does not pass while nothing is sent, and its target is looked at from now on. */
export const stepBegunAnew = (run: ReplayRun, now: Date): ReplayRun => ({
  ...run,
  unknownSince: null,
  steps: run.steps.map((step, index) =>
    index === run.stepIndex && step.state === 'running' ? { ...step, startedAt: now.toISOString() } : step,
  ),
});
