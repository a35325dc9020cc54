import type { RecordDecision } from '#lib/contract/decisions.ts';

/** "2 warned, 1 unknown, 15 good": what spoke against it first; what there was none of is left out. */
export function evidenceText({ blocks, warns, unknown, good }: RecordDecision['evidence']): string {
  const parts = [
    [blocks, 'blocked'],
    [warns, 'warned'],
    [unknown, 'unknown'],
    [good, 'good'],
  ] as const;
  const told = parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  return told.length === 0 ? 'none was frozen' : told.join(', ');
}
