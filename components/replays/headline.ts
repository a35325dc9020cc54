import type { ReplayView } from '#lib/contract/replays.ts';
import { formatCount, plural } from '../ui/format.ts';
import { selectionText } from './selection-text.ts';

/** What it causes or would cause: the plan's own sentence, or of a draft what was asked for. */
export const consequenceOf = (replay: Pick<ReplayView, 'consequence' | 'source' | 'destination'>): string =>
  replay.consequence ??
  `A draft: ${selectionText(replay.source.selection)} of ${replay.source.topic} would go to ${replay.destination.topic}. Nothing is frozen, nothing is sent.`;

/**
 * What came of it, once it is closed; null while it is not. Of records that were sent it says only what is known: consumed past, came
 * back, or neither.
 */
export function outcomeOf(
  replay: Pick<ReplayView, 'terminal' | 'startedAt' | 'progress' | 'destination' | 'state'>,
): string | null {
  const { progress, destination } = replay;
  if (!replay.terminal) return null;
  if (replay.startedAt === null) return 'Nothing was sent.';
  const quarantine = destination.kind === 'quarantine';
  const open = Math.max(0, progress.replayed - progress.consumedPast - progress.cameBack);
  const parts = [
    ...(quarantine
      ? []
      : [
          `${formatCount(progress.consumedPast)} consumed past`,
          `${formatCount(progress.cameBack)} came back`,
          ...(open > 0 ? [`${formatCount(open)} with no known outcome`] : []),
        ]),
    ...(progress.skipped > 0 ? [`${formatCount(progress.skipped)} skipped`] : []),
    ...(progress.diverted > 0 ? [`${formatCount(progress.diverted)} diverted to quarantine`] : []),
    ...(progress.failed > 0 ? [`${formatCount(progress.failed)} failed`] : []),
    ...(progress.unknown > 0 ? [`${formatCount(progress.unknown)} unknown`] : []),
    ...(progress.remaining > 0 ? [`${formatCount(progress.remaining)} not sent`] : []),
  ];
  const head = `${formatCount(progress.replayed)} of ${plural(progress.records, 'record')} went to ${destination.topic}`;
  return parts.length === 0 ? `${head}.` : `${head}: ${parts.join(', ')}.`;
}
