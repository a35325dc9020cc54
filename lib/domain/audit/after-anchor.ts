import type { SignedHead } from './head.ts';

/**
 * Whether a place that ends with `last` may be given `head` as its next anchor.
 * @returns `write`, `there` when it has it already, or what is wrong: then nothing is written, so that the place keeps what it proves
 */
export function afterAnchor(
  last: SignedHead | null,
  head: SignedHead,
): { next: 'write' | 'there' } | { next: 'refuse'; why: string } {
  if (!last) return { next: 'write' };
  const refuse = (why: string) => ({ next: 'refuse', why }) as const;
  if (last.installation !== head.installation)
    return refuse(
      `it holds anchors of another audit log (${last.installation}; this one is ${head.installation}). Name another place for this one.`,
    );
  if (last.seq > head.seq)
    return refuse(
      `it was anchored to line ${last.seq} at ${last.at}, and the log ends at line ${head.seq}: the log was cut back, or restored from an older copy. Keep this place as it is, and name another one.`,
    );
  if (last.seq === head.seq && last.hash !== head.hash)
    return refuse(
      `line ${last.seq} was anchored at ${last.at} with another hash: the log was rewritten, or restored from an older copy and gone on from there. Keep this place as it is, and name another one.`,
    );
  return { next: last.seq === head.seq ? 'there' : 'write' };
}
