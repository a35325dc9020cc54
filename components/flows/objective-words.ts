import type { FlowObjective } from '#lib/contract/flows.ts';
import { formatDuration, formatPercent } from '../ui/format.ts';

const hourMs = 3_600_000;
const budgetPeriodMs = 30 * 24 * hourMs;

/** `0.4×`, `14×`: how many times faster than allowed the budget is spent. */
export const rateText = (rate: number): string =>
  `${rate < 10 ? Number(rate.toFixed(1)) : Math.round(rate)}×`;

/** A share near 1, rounded down: 99.97% is not yet 100%. */
const shareText = (share: number): string => `${Math.floor(share * 10_000 + 1e-6) / 100}%`;

/** Burn over the last hour; null where it was not told. */
export const hourlyBurn = (objective: FlowObjective): number | null =>
  objective.burn.find((each) => each.windowMs === hourMs)?.rate ?? null;

const told = (objective: FlowObjective) => {
  const period = formatDuration(objective.periodMs);
  const share =
    objective.compliance === null
      ? ''
      : `${shareText(objective.compliance)} of the measured minutes of the last ${period} were within it; `;
  return `${share}the target is ${shareText(objective.target)}.`;
};

/** One plain sentence: how the flow stands to its time-lag objective. */
export function objectiveSentence(objective: FlowObjective): string {
  const { status, timeLagMs, periodMs, coverage } = objective;
  if (status === 'none' || timeLagMs === null) return 'No objective for time lag is declared.';
  const within = `Time lag of at most ${formatDuration(timeLagMs)}`;
  if (status === 'unknown')
    return `${within}: too little was measured to tell (${formatPercent(coverage)} of the last ${formatDuration(periodMs)}).`;
  if (status === 'met') return `${within}: kept. ${capital(told(objective))}`;
  const rate = hourlyBurn(objective);
  const end =
    rate === null || rate === 0
      ? ''
      : ` At the rate of the last hour (${rateText(rate)}) the budget of 30 days is gone in ${formatDuration(budgetPeriodMs / rate)}.`;
  return `${within}: missed too often, the error budget burns ${objective.speed === 'fast' ? 'fast' : 'slowly but steadily'}.${end} ${capital(told(objective))}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** How many dead letters came of how many allowed. */
export function deadLetterSentence({ deadLetters }: FlowObjective): string {
  const { status, perHour, lastHour } = deadLetters;
  if (status === 'none' || perHour === null) return 'No objective for dead letters is declared.';
  if (lastHour === null)
    return `At most ${perHour} an hour: its dead-letter topic is not indexed, so it can't be told.`;
  return `${lastHour} in the last hour, at most ${perHour} allowed${status === 'exceeded' ? ': exceeded' : ''}.`;
}
