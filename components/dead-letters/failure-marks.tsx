'use client';
import type { FailureMarks as Marks } from '#lib/contract/dead-letters.ts';
import { Age } from '../ui/age.tsx';
import { visibleText } from './visible-text.ts';

/** Who has a failure group, and until when it is quiet: said quietly, and only where there is something to say. */
export function FailureMarks({ marks }: { marks: Marks }) {
  const { claimedBy, mutedUntil, mutedBy, muteReason, snoozedUntil, snoozedBy } = marks;
  if (claimedBy === null && mutedUntil === null && snoozedUntil === null) return null;
  return (
    <ul aria-label="What was done about it" className="flex flex-col text-xs text-muted">
      {claimedBy === null ? null : (
        <li>
          <span className="font-medium text-ink">{claimedBy} has it</span>
          {marks.claimedAt === null ? null : (
            <>
              , since <Age at={marks.claimedAt} />
            </>
          )}
        </li>
      )}
      {mutedUntil === null ? null : (
        <li className="[overflow-wrap:anywhere]">
          muted by {mutedBy}, ends <Age at={mutedUntil} />
          {muteReason === null ? null : <>: {visibleText(muteReason)}</>}
        </li>
      )}
      {snoozedUntil === null ? null : (
        <li>
          snoozed by {snoozedBy}, ends <Age at={snoozedUntil} /> or when it fails again
        </li>
      )}
    </ul>
  );
}
