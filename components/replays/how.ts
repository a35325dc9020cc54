import type { ReplayView } from '#lib/contract/replays.ts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate } from '../ui/format.ts';

type Terms = Pick<ReplayView, 'bounds' | 'canary' | 'ramp' | 'autoStart' | 'requester'> & {
  destination: { kind: ReplayView['destination']['kind'] };
};

/** Records per second of each ramp step. */
export const rampRates = ({ bounds, ramp }: Pick<ReplayView, 'bounds' | 'ramp'>): number[] =>
  ramp.map((percent) => (bounds.recordsPerSecond * percent) / 100);

/** The least time that sending `records` takes by its own limits, waiting for consumers not counted. Milliseconds. */
export function leastSendingMs(
  records: number,
  terms: Pick<ReplayView, 'bounds' | 'canary' | 'ramp'>,
): number {
  const { recordsPerSecond } = terms.bounds;
  if (recordsPerSecond <= 0) return 0;
  const first = Math.min(records, terms.canary.records);
  let left = records - first;
  let ms = (first / recordsPerSecond) * 1000 + terms.canary.settleMs;
  const rates = rampRates(terms);
  for (const rate of rates.slice(0, -1)) {
    if (left <= 0 || rate <= 0) break;
    const sent = Math.min(left, (rate * terms.canary.settleMs) / 1000);
    ms += (sent / rate) * 1000;
    left -= sent;
  }
  const last = rates.at(-1) ?? recordsPerSecond;
  return left > 0 && last > 0 ? ms + (left / last) * 1000 : ms;
}

/** How it is sent, in sentences short enough for a tired reader. */
export function howSentences(terms: Terms, records: number | null): string[] {
  const { canary, bounds } = terms;
  const rates = rampRates(terms).map(formatRate);
  const first = records === null ? canary.records : Math.min(records, canary.records);
  const awaits =
    terms.destination.kind === 'quarantine'
      ? ''
      : `, until they are consumed past and ${formatDuration(canary.settleMs)} stay quiet`;
  const pauses =
    canary.maxCameBackRatio === 0
      ? 'Pauses if one of them comes back'
      : `Pauses if more than ${formatPercent(canary.maxCameBackRatio)} of them come back`;
  const rest =
    rates.length === 0 ? `at most ${formatRate(bounds.recordsPerSecond)}/s` : `${rates.join(', ')}/s`;
  return [
    `First ${formatCount(first)}${awaits}.`,
    ...(records !== null && records <= first ? [] : [`Then the rest at ${rest}.`]),
    ...(terms.destination.kind === 'quarantine' ? [] : [`${pauses}.`]),
    ...(records === null ? [] : [`At least ${formatDuration(leastSendingMs(records, terms))}.`]),
  ];
}

export const boundsSentence = ({ bounds }: Pick<ReplayView, 'bounds'>): string =>
  `Never more than ${formatCount(bounds.maxRecords)} records, ${formatBytes(bounds.maxBytes)}, ${formatRate(bounds.recordsPerSecond)}/s or ${formatDuration(bounds.maxDurationMs)}.`;
