import { type CanonicalValue, canonicalJson } from '../kernel/canonical-json.ts';
import type { Evidence, EvidenceStatus } from './evidence.ts';

/** How an answer of now stands to the frozen one; `other` has the same status and another content. */
export type EvidenceChange = 'worse' | 'better' | 'other' | 'same';

/** Worst last. Known and bad is worse than not known. */
const rank: Readonly<Record<EvidenceStatus, number>> = { good: 0, unknown: 1, warns: 2, blocks: 3 };

/** Answers that count down or measure the moment: another number alone is no change. */
const measures = new Set<Evidence['name']>(['retention', 'stillFailing', 'targetGroup', 'writePermission']);

/** Who receives the records, and whether declared is what runs: an approval was of the frozen answer. Others come and go with the moment, and rules judge them. */
const approved: ReadonlySet<Evidence['name']> = new Set(['fanOut', 'compaction', 'agreement']);

/** Answers that an approver relied on and that are known to be worse now, each with what is said now. */
export const worseSince = (frozen: readonly Evidence[], now: readonly Evidence[]): string[] =>
  now
    .filter(
      (item) =>
        approved.has(item.name) &&
        item.status !== 'unknown' &&
        evidenceChange(
          frozen.find(({ name }) => name === item.name),
          item,
        ) === 'worse',
    )
    .map(({ sentence }) => sentence);

/** More of the same failures have arrived than were frozen (`stillFailing`): nothing that another number alone says. */
function leavesMoreBehind({ value }: Pick<Evidence, 'value'>): boolean {
  const arrived =
    typeof value === 'object' && value !== null && 'arrivedSince' in value ? value.arrivedSince : null;
  return typeof arrived === 'number' && arrived > 0;
}

/** What has become of one answer since it was frozen. An answer that was not frozen at all is `other`. */
export function evidenceChange(
  frozen: Pick<Evidence, 'name' | 'status' | 'value'> | undefined,
  now: Pick<Evidence, 'name' | 'status' | 'value'>,
): EvidenceChange {
  if (!frozen) return 'other';
  if (rank[now.status] > rank[frozen.status]) return 'worse';
  if (rank[now.status] < rank[frozen.status]) return 'better';
  if (measures.has(now.name)) return leavesMoreBehind(now) ? 'other' : 'same';
  const text = (value: Evidence['value']) => canonicalJson(value as CanonicalValue);
  return text(frozen.value) === text(now.value) ? 'same' : 'other';
}
