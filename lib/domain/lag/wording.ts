import type { GroupSummary, PartitionReading } from './group.ts';

const unitsMs = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** "45 s", "12 min", "3 h": one unit, rounded down, for sentences. */
export function roughDuration(ms: number): string {
  const [unitMs, unit] = unitsMs.find(([size]) => ms >= size) ?? [1_000, 's'];
  return `${Math.floor(ms / unitMs)} ${unit}`;
}

const counted = (count: bigint, one: string) =>
  `${count.toLocaleString('en')} ${count === 1n ? one : `${one}s`}`;
const records = (count: bigint | null) => (count === null ? 'records' : counted(count, 'record'));
const where = ({ topic, partition }: PartitionReading) => `${topic}-${partition}`;
const since = (partition: PartitionReading, nowMs: number) =>
  partition.stuckSinceMs === null ? '' : ` for ${roughDuration(nowMs - partition.stuckSinceMs)}`;

/** One plain sentence: what the group's status means now. */
export function statusSentence(
  summary: GroupSummary,
  nowMs: number,
  more: { failure?: string | null } = {},
): string {
  const { worst, partitionsOfStatus: of, partitionCount: all } = summary;
  if (!worst) return more.failure ?? 'The group has no committed offsets and no assigned partitions.';
  const at = all === 1 ? where(worst) : `${of} of ${all} partitions, worst ${where(worst)}`;
  switch (summary.status) {
    case 'expired':
      return `${at}: retention took ${records(worst.expiredRecords)} before the group read them.`;
    case 'ahead':
      return `${at}: committed ${worst.committed} is past the end ${worst.highWatermark}: the topic was truncated or recreated.`;
    case 'rewound':
      return `${at}: the group went back${worst.rewoundFrom ? ` from offset ${worst.rewoundFrom.offset}` : ''} to ${worst.committed} and reads again.`;
    case 'stopped':
      return `${at}: nobody reads it: no member has it, and ${records(worst.lagRecords)} wait without a commit${since(worst, nowMs)}.`;
    case 'stalled':
      return `${at}: ${worst.member ? `a member on ${worst.host} has it` : 'its member is not known'}, yet it stands at offset ${worst.committed}${since(worst, nowMs)} with ${records(worst.lagRecords)} waiting.`;
    case 'orphaned':
      return `${at}: an offset without a reader: the topic is gone or no member subscribes it.`;
    case 'lagging':
      return `${at}: ${records(worst.lagRecords)} behind, and the lag does not fall.`;
    case 'unknown':
      return more.failure ?? `${at}: not enough was seen yet to say how it moves.`;
    case 'never_committed':
      return `${at}: the group never committed an offset there.`;
    case 'ok':
      return summary.lagRecords !== null && summary.lagRecords > 0n
        ? `Keeps up: ${records(summary.lagRecords)} under way.`
        : 'Keeps up: everything is read.';
  }
}
