import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Masks } from '#lib/domain/dead-letters/masks.ts';
import { nextToRead } from '#lib/domain/lag/offsets.ts';
import type { PartitionDraft } from './draft-partitions.ts';
import type { Ahead, AheadReader, PlaceInLog } from './first-record.ts';

const markerLagMax = 10n;
const asksPerRound = 40;
const atOnce = 5;

/** Whom to ask, and what may be kept of the answer. */
export type Asking = {
  reader: AheadReader;
  masksOf: (topic: string) => Masks;
  log: (message: string) => void;
};

/** Stuck with so little lag that it may be transaction markers alone (api.md). */
export function mayBeMarkers(draft: PartitionDraft): boolean {
  const { lagRecords } = draft.poll;
  const stuck = draft.window.stuckSinceMs !== null && draft.window.stuckSinceMs < draft.poll.atMs;
  return (
    lagRecords !== null && lagRecords > 0n && lagRecords <= markerLagMax && stuck && draft.orphaned !== true
  );
}

/** Those of the candidates of which a read_committed fetch shows that only transaction markers are left. Unsure counts as real lag. */
export async function findMarkersOnly(
  candidates: readonly PartitionDraft[],
  asking: Asking,
): Promise<ReadonlySet<PartitionDraft>> {
  const found = new Set<PartitionDraft>();
  for (const [draft, { record, to }] of await lookAhead(candidates, asking))
    if (record === null && draft.poll.highWatermark !== null && to >= draft.poll.highWatermark)
      found.add(draft);
  return found;
}

/** What each of these partitions waits on, with what its timestamp can be held against; one that can't be read is left out and logged. */
export async function readAhead(
  drafts: readonly PartitionDraft[],
  asking: Asking,
): Promise<ReadonlyMap<PartitionDraft, Ahead>> {
  const found = await lookAhead(drafts, asking);
  const open = [...found].filter(([draft, ahead]) => ahead.newest === null && ofUnknownAge(draft));
  await inTurn(open.slice(0, asksPerRound), async ([draft, ahead]) => {
    const { ends, poll, topicId, partition } = draft;
    const [offset, end] = [nextToRead(poll), poll.highWatermark];
    if (topicId === null || offset === null || end === null || ends === null) return;
    await attempt(draft, asking.log, async () => {
      found.set(draft, await asking.reader.readNewest({ topicId, partition, offset }, ahead, end, ends));
    });
  });
  return found;
}

/** Its record must tell its age, and the log's end was seen to grow, so that there is something to hold timestamps against. */
function ofUnknownAge({ ends, poll }: PartitionDraft): boolean {
  const from = nextToRead(poll);
  if (ends === null || from === null || poll.highWatermark === null) return false;
  return ends.unreadSince(from) === null && ends.written(poll.highWatermark - 1n) !== null;
}

/** What is remembered is free; of the rest some are asked each round, so that a round stays short and all get their turn. */
async function lookAhead(
  drafts: readonly PartitionDraft[],
  asking: Asking,
): Promise<Map<PartitionDraft, Ahead>> {
  const { reader, masksOf, log } = asking;
  const found = new Map<PartitionDraft, Ahead>();
  const open: { draft: PartitionDraft; place: PlaceInLog }[] = [];
  for (const draft of drafts) {
    const { topicId, partition, poll } = draft;
    const offset = nextToRead(poll);
    if (offset === null || poll.highWatermark === null || topicId === null) continue;
    const place = { topicId, partition, offset };
    const known = reader.known(place, poll.highWatermark);
    if (known) found.set(draft, known);
    else open.push({ draft, place });
  }
  await inTurn(open.slice(0, asksPerRound), async ({ draft, place }) => {
    await attempt(draft, log, async () => {
      found.set(draft, await reader.read(place, masksOf(draft.topic)));
    });
  });
  return found;
}

async function attempt(
  { groupId, topic, partition }: PartitionDraft,
  log: (message: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BrokerFailure)) throw error;
    log(`looking ahead of ${groupId} on ${topic}-${partition}: ${error.message}`);
  }
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const hands = Array.from({ length: atOnce }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(hands);
}
