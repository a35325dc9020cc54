import {
  type ChainPlace,
  type ChainStep,
  chainStart,
  endOfChain,
  nextPlace,
} from '#lib/domain/audit/chain.ts';
import type { AuditStore } from '#lib/store/audit.ts';

const pageLines = 1000;
type ChainSource = Pick<AuditStore, 'linesAfter'> & { head: () => Promise<ChainPlace> };

/** Follows at most `maxLines` lines from `place`. `done` when no more lines are there. */
export async function followChain(
  audit: ChainSource,
  place: ChainPlace,
  maxLines: number,
): Promise<{ step: ChainStep; done: boolean }> {
  let step: ChainStep = { ok: true, place };
  let left = maxLines;
  while (left > 0 && step.ok) {
    const rows = await audit.linesAfter(step.place.seq, Math.min(left, pageLines));
    if (rows.length === 0) return { step, done: true };
    for (const row of rows) {
      step = nextPlace(step.place, row);
      if (!step.ok) return { step, done: true };
    }
    left -= rows.length;
  }
  return { step, done: false };
}

/**
 * Walks the whole chain in the database, page by page, while others may append. It finds any line that was edited, deleted,
 * inserted or swapped, and lines missing against the head; not a log and head that were rewritten together (an anchor outside does).
 */
export async function verifyChain(audit: ChainSource): Promise<ChainStep> {
  let place = chainStart;
  for (;;) {
    const { step } = await followChain(audit, place, Number.POSITIVE_INFINITY);
    if (!step.ok) return step;
    const head = await audit.head();
    const appended = await audit.linesAfter(step.place.seq, 1);
    if (head.seq <= step.place.seq || appended.length === 0) return endOfChain(step.place, head);
    place = step.place;
  }
}
