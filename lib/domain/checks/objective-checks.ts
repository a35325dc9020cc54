import { roughDuration } from '../lag/wording.ts';
import { type Check, fails, passes, unknown } from './check.ts';
import type { FlowFacts } from './facts.ts';

/** Fewer minutes say little about what is usual. */
const minutesEnough = 60;

export const objectiveTooTight: Check<FlowFacts> = {
  code: 'objective_too_tight',
  severity: 'risk',
  why: 'An alert that always burns is read by nobody, also in the night when it is true.',
  judge: ({ flow, usualLag }) => {
    const { timeLagMs } = flow.objectives;
    if (timeLagMs === null) return [];
    const wait = 'Look again once an hour of history was measured.';
    if (!usualLag.known)
      return [
        unknown(
          flow.name,
          `Whether the objective is too tight for ${flow.name}: ${usualLag.why.charAt(0).toLowerCase()}${usualLag.why.slice(1)}`,
          wait,
        ),
      ];
    const { p95Ms, minutes } = usualLag.value;
    if (minutes < minutesEnough)
      return [unknown(flow.name, `The time lag was measured for ${minutes} minutes only.`, wait)];
    const seen = `over ${roughDuration(minutes * 60_000)} the time lag was up to ${roughDuration(p95Ms)} in 95 of 100 minutes`;
    return [
      p95Ms > timeLagMs
        ? fails(
            flow.name,
            `The objective is ${roughDuration(timeLagMs)}; ${seen}.`,
            `Raise objectives.timeLagMs above ${Math.ceil(p95Ms)}, or make the service faster.`,
          )
        : passes(flow.name, `The objective is ${roughDuration(timeLagMs)}; ${seen}.`),
    ];
  },
};
