import type { ReplayRecord, ReplayView } from '#lib/contract/replays.ts';
import { formatCount, plural } from '../ui/format.ts';

type Reason = NonNullable<ReplayRecord['diverted']>;

const words: Readonly<Record<Reason, { one: string; many: string }>> = {
  breaks_contract: { one: "breaks today's contract", many: "break today's contract" },
  attempts_exhausted: {
    one: 'was tried as often as the policy allows',
    many: 'were tried as often as the policy allows',
  },
};

/** Why one record goes to the quarantine instead, as "breaks today's contract". */
export const divertedBecause = (reason: Reason): string => words[reason].one;

/** "12 of 400 go to the quarantine orders.quarantine instead: 10 break today's contract, 2 were …"; null where nothing is diverted. */
export function diversionText({
  diversion,
  manifest,
}: Pick<ReplayView, 'diversion' | 'manifest'>): string | null {
  if (!diversion || !manifest) return null;
  const why = diversion.reasons.map(
    ({ reason, records }) => `${formatCount(records)} ${words[reason][records === 1 ? 'one' : 'many']}`,
  );
  return `${formatCount(diversion.records)} of ${plural(manifest.records, 'record')} ${diversion.records === 1 ? 'goes' : 'go'} to the quarantine ${diversion.topic} instead: ${why.join(', ')}.`;
}
