import type { BatchRow, PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { shardsOf } from '#lib/domain/replays/shards.ts';
import type { ExecutionDeps } from './deps.ts';

type Reading = Pick<ExecutionDeps, 'database'>;
type Executed = Pick<Replay, 'id' | 'plan'>;

/** Settled batches of one shard after the other, each shard's in sending order. */
export async function* settledBatches({ database }: Reading, replay: Executed): AsyncGenerator<BatchRow> {
  for (const shard of shardsOf(replay)) yield* database.stores.replayBatches.settled(replay.id, { shard });
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

const ordinalAt = ({ page, at }: Head): number => page[at]?.[0] ?? Number.POSITIVE_INFINITY;

async function filled(heads: readonly Head[]): Promise<Head[]> {
  const found: Head[] = [];
  for (const head of heads) {
    const next = await advanced(head);
    if (next) found.push(next);
  }
  return found;
}
