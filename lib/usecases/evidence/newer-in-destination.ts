import { createHash } from 'node:crypto';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { amount } from '#lib/domain/replays/sentences.ts';

/** How much of a destination is read for one plan, and for how long: the newest of it. */
const mostRecords = 20_000n;
const mostBytes = 32_000_000;
const mostMs = 5_000;
const fetchBytes = 1_048_576;

/** The keys of the frozen set, which stay where they are staged. */
export type FrozenKeys = {
  /** The oldest of the times at which a key was frozen last; null when no record has a key. */
  oldestAt: Date | null;
  /** @param written newest time by hash of the key, in ms of the epoch. @returns how many of these keys are frozen, and were written after their newest frozen record */
  writtenSince(written: ReadonlyMap<string, number>): Promise<number>;
};

export type NewerKeys = {
  /** Keys of the frozen set of which the destination has a record that was written after the newest frozen one. */
  keys: number;
  /** Records that were looked at. */
  read: number;
  /** Offsets written there since the first of the failures: records and markers. */
  since: bigint;
  /** True when all of these were looked at. */
  complete: boolean;
  /** Why not, or why nothing is known. */
  why: string | null;
};

const hashOf = (key: Uint8Array) => createHash('sha256').update(key).digest('hex');

/**
 * Reads what was written to the destination since the oldest of these failures, newest first where that is too much, and looks for records
 * with the same keys. Bounded in records, bytes and time. An older attempt of the same record stands before its dead letter, so it is not taken for a newer one.
 * What was read is kept as the newest time of each key, at most 20,000 of them, and compared where the frozen keys are.
 */
export async function newerInDestination(
  connection: Pick<ClusterConnection, 'groups' | 'reader'>,
  target: { topic: string; topicId: string; partitions: number },
  keys: FrozenKeys,
): Promise<NewerKeys> {
  const nothing = { keys: 0, read: 0, since: 0n, complete: true, why: null };
  if (keys.oldestAt === null) return nothing;
  const oldestMs = keys.oldestAt.getTime();
  const { topic } = target;
  const all = Array.from({ length: target.partitions }, (_, partition) => ({ topic, partition }));
  const until = performance.now() + mostMs;
  try {
    const [starts, ends] = await Promise.all([
      connection.groups.offsetsAtTime(all, oldestMs),
      connection.groups.listOffsets(all, 'last_stable'),
    ]);
    const failure = [...starts, ...ends].find((each) => each.failure)?.failure;
    if (failure) throw failure;
    const endOf = new Map(ends.map((each) => [each.partition, each.offset]));
    const ranges = starts.flatMap(({ partition, offset }) => {
      const end = endOf.get(partition) ?? null;
      return offset === null || end === null || end <= offset ? [] : [{ partition, from: offset, to: end }];
    });
    const since = ranges.reduce((sum, { from, to }) => sum + (to - from), 0n);
    const share = ranges.length === 0 ? 0n : mostRecords / BigInt(ranges.length);
    const written = new Map<string, number>();
    let [read, bytes, complete] = [0, 0, since <= mostRecords];
    for (const { partition, from, to } of ranges)
      for (let at = complete || to - from <= share ? from : to - share; at < to; ) {
        if (bytes > mostBytes || performance.now() > until) {
          complete = false;
          break;
        }
        const answer = await connection.reader.fetch({
          topicId: target.topicId,
          partition,
          offset: at,
          maxBytes: fetchBytes,
          isolation: 'read_committed',
        });
        for (const record of answer.records) {
          if (record.offset >= to) break;
          read++;
          bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
          if (!record.key || record.timestampMs === null) continue;
          const hash = hashOf(record.key);
          if (record.timestampMs > (written.get(hash) ?? Number.NEGATIVE_INFINITY))
            written.set(hash, record.timestampMs);
        }
        if (answer.unreadable.length > 0 || answer.nextOffset <= at) complete = false;
        if (answer.nextOffset <= at) break;
        at = answer.nextOffset;
      }
    const why = complete
      ? null
      : `Only the newest of it were read: at most ${amount(mostRecords)}, 32 MB and 5 s.`;
    return { keys: await keys.writtenSince(written), read, since, complete, why };
  } catch (error) {
    if (!(error instanceof BrokerFailure)) throw error;
    return { ...nothing, complete: false, why: `The destination could not be read: ${error.message}.` };
  }
}
