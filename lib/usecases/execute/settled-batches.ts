import type { BatchRow, PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { shardsOf } from '#lib/domain/replays/shards.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold } from './interruption.ts';

type Reading = Pick<ExecutionDeps, 'database'>;
type Executed = Pick<Replay, 'id' | 'plan'>;

/** Settled batches of one shard after the other, each shard's in sending order. */
export async function* settledBatches({ database }: Reading, replay: Executed): AsyncGenerator<BatchRow> {
  for (const shard of shardsOf(replay)) yield* database.stores.replayBatches.settled(replay.id, { shard });
}

/** Where the settled batches of a shard end: what was never intended was never sent. */
export async function lastOrdinal({ database }: Reading, replay: Executed, shard: number): Promise<number> {
  const ranges = await database.stores.replayBatches.settledRanges(replay.id, shard);
  return ranges.reduce((last, { toOrdinal }) => Math.max(last, toOrdinal), 0);
}

async function* outcomesOfShard(
  { database }: Reading,
  replay: Executed,
  shard: number,
): AsyncGenerator<PackedOutcome[]> {
  for await (const { outcome } of database.stores.replayBatches.settled(replay.id, { shard }))
    if (outcome && outcome.length > 0) yield outcome.toSorted((a, b) => a[0] - b[0]);
}

type Head = { rest: AsyncGenerator<PackedOutcome[]>; page: readonly PackedOutcome[]; at: number };

async function advanced(head: Head): Promise<Head | null> {
  if (head.at < head.page.length) return head;
  const { value, done } = await head.rest.next();
  return done ? null : { ...head, page: value, at: 0 };
}

/** Every final outcome in ordinal order, the shards' merged as they are read: no more than some batches of each are held. */
export async function* outcomesInOrder(deps: Reading, replay: Executed): AsyncGenerator<PackedOutcome> {
  const started = shardsOf(replay).map((shard) => ({
    rest: outcomesOfShard(deps, replay, shard),
    page: [],
    at: 0,
  }));
  let heads = await filled(started);
  while (heads.length > 0) {
    const [first] = heads.toSorted((a, b) => ordinalAt(a) - ordinalAt(b));
    const outcome = first?.page[first.at];
    if (!first || !outcome) return;
    yield outcome;
    first.at++;
    if (first.at >= first.page.length) heads = await filled(heads);
  }
}

/**
 * The same, for what closes a replay: each of its entries has exactly one. @throws Hold where one has none, or two: no root is made over that,
 * and nothing is claimed of it
 */
export async function* everyOutcome(
  deps: Reading,
  replay: Executed,
  records: number,
): AsyncGenerator<PackedOutcome> {
  let next = 0;
  for await (const outcome of outcomesInOrder(deps, replay)) {
    if (outcome[0] < next) throw new Hold(twiceSentence(outcome[0]));
    if (outcome[0] > next) throw new Hold(gapSentence(next, outcome[0] - 1));
    next++;
    yield outcome;
  }
  if (next < records) throw new Hold(gapSentence(next, records - 1));
}

const noClaim =
  'The database has lost rows, or somebody has changed them: nothing is claimed of this replay until a person has looked';
const twiceSentence = (ordinal: number): string =>
  `Entry ${ordinal} of the manifest has two outcomes. ${noClaim}.`;
const gapSentence = (first: number, last: number): string =>
  first === last
    ? `Entry ${first} of the manifest has no outcome. ${noClaim}.`
    : `Entries ${first} to ${last} of the manifest have no outcome. ${noClaim}.`;

const ordinalAt = ({ page, at }: Head): number => page[at]?.[0] ?? Number.POSITIVE_INFINITY;

async function filled(heads: readonly Head[]): Promise<Head[]> {
  const found: Head[] = [];
  for (const head of heads) {
    const next = await advanced(head);
    if (next) found.push(next);
  }
  return found;
}
