/**
 * Offsets around a failed one that a group has gone past and that did not fail, nearest first, the earlier one before the later.
 * @param committed the first offset that the group has not done with
 */
export function nearOffsets(
  failed: bigint,
  { committed, failedToo, within }: { committed: bigint; failedToo: ReadonlySet<bigint>; within: bigint },
): bigint[] {
  const found: bigint[] = [];
  for (let distance = 1n; distance <= within; distance++)
    for (const offset of [failed - distance, failed + distance])
      if (offset >= 0n && offset < committed && !failedToo.has(offset)) found.push(offset);
  return found;
}
