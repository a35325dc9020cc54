import { createHash } from 'node:crypto';
import { type Sha256, sha256Hex } from '../kernel/brand.ts';

/** The digest of a set of dead letters of one topic (docs/adr/0013), as the database makes it of rows. */
export function lettersDigest(
  topicId: string,
  letters: readonly { partition: number; offset: bigint }[],
): Sha256 {
  const hash = createHash('sha256');
  const ordered = [...letters].sort(
    (a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0),
  );
  for (const { partition, offset } of ordered) hash.update(`${topicId} ${partition} ${offset}\n`);
  return sha256Hex(hash.digest('hex'));
}
