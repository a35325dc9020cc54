import type { ReadBackResult } from './run.ts';

export type FinalFacts = {
  /** null: what was sent stayed hidden behind somebody's open transaction. */
  readBack: ReadBackResult | null;
  /** Entries whose outcome is unknown. */
  unknown: number;
  /** Replayed records that the target had not consumed past when the wait was over. */
  waiting: number;
  cameBack: number;
  /** False where nobody is to consume: a quarantine. */
  hasTarget: boolean;
  /** Why nothing that is asked of a topic by its name tells of what was sent; null where nothing speaks against it. */
  replaced: string | null;
  /** Everything was consumed past, and the dead-letter index has read on for the settle time after that. */
  quiet: boolean;
};

export type FinalState = { state: 'verified' | 'came_back' | 'indeterminate'; reason: string | null };

const records = (n: number): string => `${n} record${n === 1 ? '' : 's'}`;

function doubtsOfReadBack({ readBack, replaced }: Pick<FinalFacts, 'readBack' | 'replaced'>): string[] {
  if (!readBack && replaced) return ['nothing could be read back'];
  if (!readBack) return ['nothing could be read back, since an open transaction hid it for the whole wait'];
  return [
    ...(readBack.different.length > 0
      ? [`${records(readBack.different.length)} not as sent, or there twice`]
      : []),
    ...(readBack.missing.length > 0
      ? [`${records(readBack.missing.length)} not found where they were sent`]
      : []),
    ...(readBack.orderHeld ? [] : ['the order within a partition did not hold']),
  ];
}

/** How a replay ends: verified only when every record is accounted for; each doubt has its sentence. */
export function finalState(facts: FinalFacts): FinalState {
  const { replaced } = facts;
  const doubts = [...(replaced ? [replaced] : []), ...doubtsOfReadBack(facts)];
  if (facts.unknown > 0) doubts.push(`the outcome of ${records(facts.unknown)} is unknown`);
  if (facts.hasTarget && replaced) doubts.push('what the target has consumed is not known');
  else if (facts.hasTarget && facts.waiting > 0)
    doubts.push(`${records(facts.waiting)} not consumed past within the wait`);
  else if (facts.hasTarget && !facts.quiet)
    doubts.push(
      'the dead-letter index was not read on past the settle time, so whether any came back is not known',
    );
  if (facts.cameBack > 0)
    return { state: 'came_back', reason: [`${records(facts.cameBack)} came back`, ...doubts].join('; ') };
  return doubts.length > 0
    ? { state: 'indeterminate', reason: doubts.join('; ') }
    : { state: 'verified', reason: null };
}
