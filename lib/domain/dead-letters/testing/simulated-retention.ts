/** One record as the broker has it. */
export type Appended = { atMs: number; bytes: number };
export type SimulatedTopic = { segmentBytes: number; retentionMs: number; retentionBytes: number };

type Segment = { base: number; end: number; bytes: number; largestMs: number };

/** Cut as a broker does: a record that would make the segment too large begins the next one. */
export function segmentsOf(records: readonly Appended[], segmentBytes: number, base = 0): Segment[] {
  const segments: Segment[] = [];
  for (const [at, { atMs, bytes }] of records.entries()) {
    const last = segments.at(-1);
    if (last && last.bytes + bytes <= segmentBytes) {
      last.end = base + at + 1;
      last.bytes += bytes;
      last.largestMs = Math.max(last.largestMs, atMs);
    } else segments.push({ base: base + at, end: base + at + 1, bytes, largestMs: atMs });
  }
  return segments;
}

/**
 * Kafka's own rules (UnifiedLog.deleteOldSegments): from the oldest segment on and stopping at the first that stays, those whose largest
 * timestamp is too old; then those without which at least `retentionBytes` are left. Negative is no limit. @returns where the log starts after it
 */
export function logStartAfter(segments: readonly Segment[], topic: SimulatedTopic, nowMs: number): number {
  const rest = [...segments];
  for (let first = rest[0]; first && topic.retentionMs >= 0; first = rest[0]) {
    if (nowMs - first.largestMs <= topic.retentionMs) break;
    rest.shift();
  }
  let over = rest.reduce((sum, each) => sum + each.bytes, 0) - topic.retentionBytes;
  for (let first = rest[0]; first && topic.retentionBytes >= 0; first = rest[0]) {
    if (over - first.bytes < 0) break;
    over -= first.bytes;
    rest.shift();
  }
  return rest[0]?.base ?? segments.at(-1)?.end ?? 0;
}
