import { bitsFor, hasBit, setBit } from '../kernel/bits.ts';
import { type Sha256, sha256Hex } from '../kernel/brand.ts';
import type { ManifestEntry } from './manifest.ts';
import { growMerkle } from './merkle.ts';
import type { Outcome } from './state.ts';

/** Why an entry was not sent; a closed list, shown as it is. */
export const skipReasons = ['expired', 'content_changed', 'key_blocked', 'effect_done', 'aborted'] as const;
export type SkipReason = (typeof skipReasons)[number];
export const failReasons = ['record_too_large', 'unreadable'] as const;
export type FailReason = (typeof failReasons)[number];

/** [ordinal, outcome, destination partition, destination offset, reason] */
export type PackedOutcome = readonly [number, Outcome, number | null, string | null, string | null];

/** Decided before the sends and durable before them (invariant 2). */
export type BatchIntent = {
  /** Entries of the range that are not sent: [ordinal, outcome, reason]. */
  left: readonly (readonly [number, 'skipped' | 'failed', SkipReason | FailReason])[];
  /** Destination partition → its last stable offset before the sends, decimal: where a read-back has to begin. */
  startOffsets: readonly (readonly [number, string])[];
  /** The same of the quarantine; absent where nothing of the batch is diverted. */
  divertedStartOffsets?: readonly (readonly [number, string])[];
  /** Which ordinals of the range are the shard's own, a bit each from the first on, base64; absent where all are. */
  own?: string;
  /**
   * The intent that preceded the sends was lost, and this one was written in its place when the broker's cursor stood past its range: what a read-back
   * finds was sent, of the rest nobody knows whether it was.
   */
  lost?: true;
  /** First 16 bytes of the carried hash of each sent record, in ordinal order, base64. */
  sentHashes: string;
};

export type BatchSettlement = 'committed' | 'not_sent' | 'unknown';

export type BatchRow = {
  id: string;
  replayId: string;
  shard: number;
  fromOrdinal: number;
  /** Exclusive; the cursor that the batch's transaction commits. */
  toOrdinal: number;
  fencingToken: bigint;
  intentAt: Date;
  intent: BatchIntent;
  settledAt: Date | null;
  settlement: BatchSettlement | null;
  outcome: readonly PackedOutcome[] | null;
};

export type OutcomeCounts = Record<Outcome, number>;

export function countOutcomes(outcomes: readonly PackedOutcome[]): OutcomeCounts {
  const counts: OutcomeCounts = { replayed: 0, skipped: 0, diverted: 0, failed: 0, unknown: 0 };
  for (const [, outcome] of outcomes) counts[outcome]++;
  return counts;
}

export type LandingRange = { partition: number; first: bigint; last: bigint };

/** The runs of offsets that a batch landed on, one or more a partition: in the destination, or of what was diverted in the quarantine. */
export function landingRanges(
  outcomes: readonly PackedOutcome[],
  of: 'replayed' | 'diverted' = 'replayed',
): LandingRange[] {
  const ranges: LandingRange[] = [];
  const open = new Map<number, LandingRange>();
  for (const [, outcome, partition, offsetText] of outcomes) {
    if (outcome !== of || partition === null || offsetText === null) continue;
    const offset = BigInt(offsetText);
    const current = open.get(partition);
    if (current && offset === current.last + 1n) current.last = offset;
    else {
      const range = { partition, first: offset, last: offset };
      open.set(partition, range);
      ranges.push(range);
    }
  }
  return ranges;
}

export type BatchLimits = { records: number; bytes: number; bytesPerPartition: number };

/** Room for a record's own framing and the five headers that a replay adds. */
const overheadBytes = 600;

/**
 * How many of the entries fit into one batch: by count, by bytes, and by bytes a destination partition, since a partition's share
 * is one record batch for the broker, which refuses it whole when it is too large (facts.md). At least one.
 */
export function cutBatch(
  entries: readonly Pick<ManifestEntry, 'bytes' | 'destinationPartition'>[],
  limits: BatchLimits,
): number {
  const perPartition = new Map<number, number>();
  let total = 0;
  let taken = 0;
  for (const entry of entries) {
    const size = entry.bytes + overheadBytes;
    const share = (perPartition.get(entry.destinationPartition) ?? 0) + size;
    total += size;
    if (taken > 0 && (taken >= limits.records || total > limits.bytes || share > limits.bytesPerPartition))
      break;
    perPartition.set(entry.destinationPartition, share);
    taken++;
  }
  return taken;
}

const hashBytes = 16;

export function packHashes(hashes: readonly Sha256[]): string {
  const packed = Buffer.allocUnsafe(hashes.length * hashBytes);
  for (const [at, hash] of hashes.entries()) packed.write(hash, at * hashBytes, hashBytes, 'hex');
  return packed.toString('base64');
}

/** Which ordinals of [from, to) a batch of one shard of several is about; undefined where it is about all of them. */
export function packOwn(
  { fromOrdinal, toOrdinal }: Pick<BatchRow, 'fromOrdinal' | 'toOrdinal'>,
  entries: readonly Pick<ManifestEntry, 'ordinal'>[],
): string | undefined {
  if (entries.length === toOrdinal - fromOrdinal) return undefined;
  const bits = bitsFor(toOrdinal - fromOrdinal);
  for (const { ordinal } of entries) setBit(bits, ordinal - fromOrdinal);
  return Buffer.from(bits).toString('base64');
}

/** The ordinals that a batch is about, ascending. */
export function* ordinalsOf({
  fromOrdinal,
  toOrdinal,
  intent,
}: Pick<BatchRow, 'fromOrdinal' | 'toOrdinal' | 'intent'>): Generator<number> {
  const bits = intent.own === undefined ? null : Buffer.from(intent.own, 'base64');
  for (let at = 0; at < toOrdinal - fromOrdinal; at++)
    if (bits === null || hasBit(bits, at)) yield fromOrdinal + at;
}

/** Ordinals that the batch sends, in order, with the hash of what is sent. */
export function sentOf(batch: Pick<BatchRow, 'fromOrdinal' | 'toOrdinal' | 'intent'>): Map<number, string> {
  const left = new Set(batch.intent.left.map(([ordinal]) => ordinal));
  const bytes = Buffer.from(batch.intent.sentHashes, 'base64');
  const sent = new Map<number, string>();
  for (const ordinal of ordinalsOf(batch)) {
    if (left.has(ordinal)) continue;
    const at = sent.size * hashBytes;
    sent.set(ordinal, bytes.subarray(at, at + hashBytes).toString('hex'));
  }
  return sent;
}

export const sameHash = (full: Sha256, packed: string): boolean => full.startsWith(packed);

/** A line of outcomes (or verifications) as a leaf of their tree. */
export const outcomeLeaf = (line: readonly unknown[]): Uint8Array => Buffer.from(JSON.stringify(line));

/** The root of no lines. */
export const emptyOutcomeRoot = sha256Hex('0'.repeat(64));

/** Merkle root over the lines of outcomes (or verifications) in ordinal order: what the audit keeps of each entry's end. */
export function outcomeRoot(lines: readonly (readonly unknown[])[]): Sha256 {
  const tree = growMerkle();
  for (const line of lines) tree.add(outcomeLeaf(line));
  return lines.length === 0 ? emptyOutcomeRoot : tree.root();
}
