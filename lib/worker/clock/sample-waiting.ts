import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { ClusterReader } from '#lib/broker/port/reader.ts';
import type { DeclaredMapping } from '#lib/domain/dead-letters/declared-mapping.ts';
import type { WaitingRange, WaitingRecord } from '#lib/domain/dead-letters/next-wave.ts';
import { readWaiting } from '#lib/domain/dead-letters/waiting-record.ts';

/** At either end of a partition's range. */
const recordsMost = 20;
const partitionsMost = 16;
const fetchBytes = 65_536;
const pieceBytes = 1 << 20;

type Retry = {
  topicId: string;
  /** The dead-letter topic of the flow, and its mapping. */
  letters: string;
  mapping: DeclaredMapping | null;
};

/** The first records from an offset on, before another; none when the log has been trimmed or cut meanwhile. */
async function recordsFrom(
  reader: Pick<ClusterReader, 'fetchLog'>,
  { topicId, letters, mapping }: Retry,
  { partition, from, to }: WaitingRange,
): Promise<{ offset: bigint; waiting: WaitingRecord }[]> {
  try {
    const log = await reader.fetchLog({
      ...{ topicId, partition, offset: from, maxBytes: fetchBytes, isolation: 'read_committed' },
    });
    const found: { offset: bigint; waiting: WaitingRecord }[] = [];
    for (const { records } of log.pieces({ records: recordsMost, bytes: pieceBytes })) {
      for (const record of records)
        if (record.offset < to && found.length < recordsMost)
          found.push({ offset: record.offset, waiting: readWaiting(record, letters, mapping) });
      if (found.length >= recordsMost) break;
    }
    return found;
  } catch (error) {
    const single = ['offset_out_of_range', 'record_too_large', 'not_authorized', 'unknown_topic_id'];
    if (error instanceof BrokerFailure && single.includes(error.kind)) return [];
    throw error;
  }
}

/**
 * A few records of what waits: of up to 16 partitions, those with the most, the first 20 and the last 20 offsets each. What waits longest and
 * what came last stand at the ends. @param until by `performance.now`: after it nothing more is read
 * @throws BrokerFailure
 */
export async function sampleWaiting(
  reader: Pick<ClusterReader, 'fetchLog'>,
  retry: Retry,
  ranges: readonly WaitingRange[],
  until: number,
): Promise<WaitingRecord[]> {
  const largest = [...ranges]
    .sort((a, b) => Number(b.to - b.from - (a.to - a.from)))
    .slice(0, partitionsMost);
  const looked: WaitingRecord[] = [];
  for (const range of largest) {
    if (performance.now() > until) break;
    const head = await recordsFrom(reader, retry, range);
    const seenTo = (head.at(-1)?.offset ?? range.from - 1n) + 1n;
    const lastFrom = range.to - BigInt(recordsMost);
    const from = lastFrom > seenTo ? lastFrom : seenTo;
    const tail =
      head.length > 0 && from < range.to ? await recordsFrom(reader, retry, { ...range, from }) : [];
    looked.push(...head.map(({ waiting }) => waiting), ...tail.map(({ waiting }) => waiting));
  }
  return looked;
}
