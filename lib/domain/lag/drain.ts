import type { OffsetLag } from './offsets.ts';

/** Milliseconds until the lag is gone at the present rates; 0 without lag, null when it does not fall or nothing is known. */
export function drainMs(
  lagRecords: OffsetLag['lagRecords'],
  consume: number | null,
  produce: number | null,
): number | null {
  if (lagRecords === null || lagRecords < 0n) return null;
  if (lagRecords === 0n) return 0;
  if (consume === null || produce === null) return null;
  const net = consume - produce;
  return net > 0 ? Math.round((Number(lagRecords) * 1000) / net) : null;
}

/**
 * Milliseconds until retention by time may take the first unread record; null without lag, without such a retention or when its age is not known.
 * The broker deletes whole segments, so the record can live longer, never shorter.
 */
export function expiryRiskMs(
  lagRecords: bigint | null,
  lagMs: number | null,
  retentionMs: number | null,
): number | null {
  if (lagRecords === null || lagRecords <= 0n || lagMs === null || retentionMs === null) return null;
  return Math.max(0, retentionMs - lagMs);
}
