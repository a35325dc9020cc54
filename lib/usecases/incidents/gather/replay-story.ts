import type { ToldLine } from '#lib/store/incident-sources.ts';
import { storyOf } from '../../view/timeline.ts';

type Line = Pick<ToldLine, 'action' | 'outcome' | 'code' | 'detail'>;

const gateWords: Readonly<Record<string, string>> = {
  came_back: 'share that came back',
  target_lag_growth: 'growth of the target’s lag',
  target_stuck: 'target groups that are stuck',
};
const number = (value: unknown): string | null =>
  typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 4 }) : null;
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** "share that came back 0 of at most 0.02 holds". */
function gateText(gate: unknown): string[] {
  if (typeof gate !== 'object' || gate === null) return [];
  const { name, value, limit, state } = gate as Record<string, unknown>;
  const called = gateWords[text(name) ?? ''] ?? text(name);
  return called === null
    ? []
    : [
        `${called} ${number(value) ?? 'unknown'} of at most ${number(limit) ?? 'unknown'} ${text(state) ?? ''}`.trim(),
      ];
}

/** Figures of a line, which are part of what was decided on. */
function figures({ action, detail }: Line): string[] {
  const records = number(detail.records);
  const seal = text(detail.digest) ?? text(detail.seal);
  const gates = Array.isArray(detail.gates) ? detail.gates.flatMap(gateText) : [];
  const [past, back] = [number(detail.consumedPast), number(detail.cameBack)];
  const leftOut = number(detail.leftOut);
  return [
    ...(records === null ? [] : [`${records} records`]),
    ...(leftOut === null || leftOut === '0' ? [] : [`${leftOut} left out`]),
    ...(action === 'replay.verification_closed' && past !== null && back !== null
      ? [`${past} consumed past, ${back} came back`]
      : []),
    ...gates,
    ...(seal === null ? [] : [`seal ${seal.slice(0, 12)}`]),
  ];
}

/** A line about a replay as an incident tells it: what was done, why, and on which figures. */
export function replayStory(line: Line): { what: string; detail: string | null } {
  const { what, detail } = storyOf(line);
  const parts = [detail, ...figures(line)].filter((part) => part !== null);
  return { what, detail: parts.length === 0 ? null : parts.join(' · ') };
}
