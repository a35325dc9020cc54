import type { LettersDecided } from '#lib/contract/dead-letter-acts.ts';
import { dispositions } from '#lib/domain/dead-letters/disposition.ts';
import { formatCount } from '../ui/format.ts';
import { dispositionSigns } from '../ui/signs.ts';

/** `3 in replay, 12 dismissed`; null when nothing was left out. */
export function leftOutText(leftOut: LettersDecided['leftOut']): string | null {
  const parts = dispositions.flatMap((disposition) => {
    const count = leftOut[disposition] ?? 0;
    return count === 0 ? [] : [`${formatCount(count)} ${dispositionSigns[disposition].word}`];
  });
  return parts.length === 0 ? null : parts.join(', ');
}
