import type { BrokerFailure } from '#lib/broker/port/failure.ts';
import { nextToRead, offsetLag } from '#lib/domain/lag/offsets.ts';
import type { PartitionDraft } from './draft-partitions.ts';
import type { AheadReader, FirstRecord } from './first-record.ts';

const markerLagMax = 10n;
const probesPerRound = 20;
const atOnce = 5;

/** Stuck with so little lag that it may be transaction markers alone (api.md). */
function mayBeMarkers(draft: PartitionDraft): boolean {
  const { lagRecords } = offsetLag(draft.poll);
  const stuck = draft.window.stuckSinceMs !== null && draft.window.stuckSinceMs < draft.poll.atMs;
  return (
    lagRecords !== null && lagRecords > 0n && lagRecords <= markerLagMax && stuck && draft.orphaned !== true
  );
}

/** The partitions of which a read_committed fetch shows that only transaction markers are left. Unsure counts as real lag. */
export async function findMarkersOnly(
  drafts: readonly PartitionDraft[],
  ahead: AheadReader,
  log: (message: string) => void,
): Promise<ReadonlySet<PartitionDraft>> {
  const found = new Set<PartitionDraft>();
  await inTurn(drafts.filter(mayBeMarkers).slice(0, probesPerRound), async (draft) => {
    const offset = nextToRead(draft.poll);
    const end = draft.poll.highWatermark;
    if (offset === null || end === null || draft.topicId === null) return;
    try {
      const { record, to } = await ahead({ topicId: draft.topicId, partition: draft.partition, offset }, end);
      if (record === null && to >= end) found.add(draft);
    } catch (error) {
      log(
        `lag of ${draft.groupId} on ${draft.topic}-${draft.partition}: ${(error as BrokerFailure).message}`,
      );
    }
  });
  return found;
}

/** The record that each of these partitions waits on; one that can't be read is left out and logged. */
export async function readAhead(
  drafts: readonly PartitionDraft[],
  ahead: AheadReader,
  log: (message: string) => void,
): Promise<ReadonlyMap<PartitionDraft, FirstRecord>> {
  const found = new Map<PartitionDraft, FirstRecord>();
  await inTurn(drafts.slice(0, probesPerRound), async (draft) => {
    const offset = nextToRead(draft.poll);
    const end = draft.poll.highWatermark;
    if (offset === null || end === null || draft.topicId === null) return;
    try {
      const { record } = await ahead({ topicId: draft.topicId, partition: draft.partition, offset }, end);
      if (record) found.set(draft, record);
    } catch (error) {
      log(`record at ${draft.topic}-${draft.partition}@${offset}: ${(error as BrokerFailure).message}`);
    }
  });
  return found;
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const hands = Array.from({ length: atOnce }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(hands);
}
