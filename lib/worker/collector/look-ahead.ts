import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Masks } from '#lib/domain/dead-letters/masks.ts';
import { nextToRead } from '#lib/domain/lag/offsets.ts';
import type { Ahead, AheadReader, PlaceInLog } from './first-record.ts';
import type { PartitionRead } from './read-partition.ts';

const markerLagMax = 10n;
const atOnce = 5;

/** Whom to ask, and what may be kept of the answer. */
export type Asking = {
  reader: AheadReader;
  masksOf: (topic: string) => Masks;
  log: (message: string) => void;
};

/** Stuck with so little lag that it may be transaction markers alone (api.md). */
export function mayBeMarkers({ reading, window, orphaned, atMs }: PartitionRead): boolean {
  const { lagRecords } = reading;
  if (lagRecords === null || lagRecords <= 0n || lagRecords > markerLagMax || orphaned === true) return false;
  return window.stuckSinceMs !== null && window.stuckSinceMs < atMs;
}

/** A read_committed fetch has shown that only transaction markers are left. Unsure counts as real lag. */
export function isMarkersOnly(read: PartitionRead, asking: Asking): boolean {
  const ahead = aheadOf(read, asking);
  const end = read.reading.highWatermark;
  return ahead !== undefined && ahead.record === null && end !== null && ahead.to >= end;
}

/** What was read ahead of the partition's place, if it was. */
export function aheadOf(read: PartitionRead, { reader }: Asking): Ahead | undefined {
  const at = placeOf(read);
  return at === null ? undefined : reader.known(at.place, at.end);
}

/** Whether something has to be read of the log that was not yet: the first record, or one to hold its timestamp against. */
export function mustAsk(read: PartitionRead, asking: Asking): boolean {
  if (placeOf(read) === null) return false;
  const ahead = aheadOf(read, asking);
  return ahead === undefined || (ahead.newest === null && ahead.record !== null && wantsNewest(read));
}

type Spot = { place: PlaceInLog; end: bigint };

function placeOf({ reading }: PartitionRead): Spot | null {
  const { topicId, partition, highWatermark } = reading;
  const offset = nextToRead(reading);
  if (offset === null || highWatermark === null || topicId === null) return null;
  return { place: { topicId, partition, offset }, end: highWatermark };
}

/** Its record must tell its age, and the log's end was seen to grow, so that there is something to hold timestamps against. */
function wantsNewest({ ends, reading }: PartitionRead): boolean {
  const from = nextToRead(reading);
  if (ends === null || from === null || reading.highWatermark === null) return false;
  return ends.unreadSince(from) === null && ends.written(reading.highWatermark - 1n) !== null;
}

/** Reads what these partitions wait on, as far as it is not known; one that can't be read is left out and logged. */
export async function lookAhead(reads: readonly PartitionRead[], asking: Asking): Promise<void> {
  const { reader, masksOf, log } = asking;
  await inTurn(
    reads.filter((read) => mustAsk(read, asking)),
    async (read) => {
      const at = placeOf(read);
      if (!at) return;
      try {
        const { place, end } = at;
        const ahead = reader.known(place, end) ?? (await reader.read(place, masksOf(read.reading.topic)));
        if (ahead.record !== null && ahead.newest === null && read.ends && wantsNewest(read))
          await reader.readNewest(place, ahead, end, read.ends);
      } catch (error) {
        if (!(error instanceof BrokerFailure)) throw error;
        const { topic, partition } = read.reading;
        log(`looking ahead of ${read.groupId} on ${topic}-${partition}@${at.place.offset}: ${error.message}`);
      }
    },
  );
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const hands = Array.from({ length: atOnce }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(hands);
}
