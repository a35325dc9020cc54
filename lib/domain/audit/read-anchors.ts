import { headProblem, parseHead, type SignedHead, type VerifyingKey } from './head.ts';

export type AnchorProblem = { fileLine: number; seq: bigint | null; what: string };
export type AnchorStep = { head: SignedHead | null; problem: AnchorProblem | null };

/** A write that broke off: the anchor that follows it stands on its own. */
const torn = (text: string) => text.startsWith('{"head"') && !text.endsWith('}');

/**
 * Anchors in the order of a file or of a topic, one held at a time: each signed by one of the keys, of one log, never going back.
 * A head stands once for each writing of it; a write that broke off is passed over.
 */
export function createAnchorReader(
  lines: Iterable<Buffer>,
  keys: readonly VerifyingKey[],
): { next: () => AnchorStep } {
  const iterator = lines[Symbol.iterator]();
  let fileLine = 0;
  let last: SignedHead | null = null;

  const problemOf = (head: SignedHead): string | null => {
    const unsigned = headProblem(head, keys);
    if (unsigned !== null) return unsigned;
    if (!last) return null;
    if (head.installation !== last.installation)
      return `it is of another log: ${head.installation}, not ${last.installation}`;
    if (head.seq < last.seq)
      return `it goes back from seq ${last.seq} to ${head.seq}: the log was cut back or restored in between`;
    if (head.seq === last.seq && head.hash !== last.hash)
      return `two heads of seq ${head.seq} are signed, so the log was forked`;
    return null;
  };

  const next = (): AnchorStep => {
    for (;;) {
      const read = iterator.next();
      if (read.done) return { head: null, problem: null };
      fileLine += 1;
      const text = read.value.toString('latin1');
      if (torn(text)) continue;
      const head = parseHead(text);
      if (!head) return { head: null, problem: { fileLine, seq: null, what: 'it is not a signed head' } };
      const what = problemOf(head);
      if (what !== null) return { head: null, problem: { fileLine, seq: head.seq, what } };
      last = head;
      return { head, problem: null };
    }
  };
  return { next };
}
