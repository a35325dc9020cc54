import type { Judged } from './minutes.ts';
import { type BurnSpeed, burnRules, burnWindowsMs, leastCoverage, objectiveTarget } from './terms.ts';

type WindowBurn = {
  windowMs: number;
  /** How many times faster than allowed the budget is spent: share of bad among known time, over the allowed share. null with too little measured. */
  rate: number | null;
  /** Measured share of the window, 0 to 1. */
  coverage: number;
  /** The rate if everything that was not measured had been good: can't be too high. */
  atLeast: number;
};

const allowed = 1 - objectiveTarget;

function count(steps: readonly Judged[]): { good: number; bad: number } {
  let good = 0;
  let bad = 0;
  for (const step of steps) {
    if (step === 'good') good += 1;
    else if (step === 'bad') bad += 1;
  }
  return { good, bad };
}

/** Burn over the last `windowMs` of the steps. What lies before the first step counts as not measured. */
export function burnOver(steps: readonly Judged[], stepMs: number, windowMs: number): WindowBurn {
  const length = Math.max(1, Math.round(windowMs / stepMs));
  const { good, bad } = count(steps.slice(-length));
  const coverage = (good + bad) / length;
  return {
    windowMs,
    coverage,
    rate: coverage < leastCoverage ? null : bad / (good + bad) / allowed,
    atLeast: bad / length / allowed,
  };
}

type Compliance = {
  status: 'met' | 'burning' | 'unknown';
  speed: BurnSpeed | null;
  /** Share of known time within the objective over all steps; null with too little measured. */
  compliance: number | null;
  coverage: number;
  burn: WindowBurn[];
};

/**
 * How a flow stands to its time-lag objective. It burns when a rule's long and short window both do; a window that was hardly measured does only
 * if its bad time alone is enough. Not burning is `met` only when the rule's windows could be told, else `unknown`.
 */
export function assess(steps: readonly Judged[], stepMs: number, periodMs: number): Compliance {
  const burn = burnWindowsMs.map((windowMs) => burnOver(steps, stepMs, windowMs));
  const over = (windowMs: number) => burnOver(steps, stepMs, windowMs);
  const burns = (windowMs: number, above: number) => {
    const { rate, atLeast } = over(windowMs);
    return (rate ?? atLeast) > above;
  };
  const speed =
    burnRules.find((rule) => burns(rule.longMs, rule.above) && burns(rule.shortMs, rule.above))?.speed ??
    null;
  const { good, bad } = count(steps);
  const coverage = Math.min(1, (good + bad) / Math.max(1, Math.round(periodMs / stepMs)));
  const told = burnRules.some((rule) => over(rule.longMs).rate !== null && over(rule.shortMs).rate !== null);
  return {
    status: speed ? 'burning' : told ? 'met' : 'unknown',
    speed,
    compliance: coverage < leastCoverage ? null : good / (good + bad),
    coverage,
    burn,
  };
}
