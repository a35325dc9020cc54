import { BrokerFailure } from '#lib/broker/port/failure.ts';
import { countLanded, countPassed, type GateFacts } from '#lib/domain/replays/gates.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Lease } from '#lib/store/leases.ts';
import type { ReturnedLetter, Watermark } from '#lib/store/replay-returns.ts';
import { replacedTopic } from './compare-topics.ts';
import { auditActor, type ExecutionDeps } from './deps.ts';
import { requireLease } from './require-lease.ts';
import type { ExecutionSession } from './session.ts';
import { settledBatches } from './settled-batches.ts';

export type Observation = GateFacts & {
  at: Date;
  /** Why what a group has committed proves nothing; null where nobody asked, or nothing speaks against it. */
  replaced: string | null;
};

/**
 * Looks at what became of the records that landed: how far every target group has committed, and which records came back. Returns are
 * recognised by the ledger's coordinates (invariant 10); the new dead letter gets the disposition `came_back`.
 * @param options `comparing`: whether the topics are those that were sealed; otherwise what is sent next finds out
 * @throws LeaseLost: what was seen before another worker took over may be less than what that one has proven by
 */
export async function observe(
  deps: ExecutionDeps,
  replay: Replay,
  session: Pick<ExecutionSession, 'lease' | 'cluster' | 'landings'>,
  { comparing = false }: { comparing?: boolean } = {},
): Promise<Observation> {
  const targets = replay.plan?.gates.targetGroups ?? [];
  const at = deps.clock();
  const read = await readWatermarks(replay, session, targets);
  // After they were read: then it was of the topic as it was sealed that they were told.
  const replaced = comparing ? await replacedTopic(session, replay) : null;
  // What was noted before may be of the other topic too.
  const watermarks = replaced ? read.map(({ partition }) => ({ partition, committed: null })) : read;
  const returns = await noteReturns(deps, replay, session.lease, watermarks, at);
  const target = await deps.readTarget(replay.cluster, targets, replay.destination.topic);
  const baseline = replay.run?.baselineLagRecords ?? null;
  return {
    at,
    landed: countLanded(session.landings),
    passed: countPassed(
      session.landings,
      new Map(watermarks.map((each) => [each.partition, each.committed])),
    ),
    cameBack: returns,
    hasTarget: targets.length > 0,
    replaced,
    target,
    baselineLagRecords: baseline === null ? null : BigInt(baseline),
  };
}

/**
 * The time up to which the dead-letter index has read everything. Ask before `observe`: a return that it writes between the two questions is then
 * found by the second one, and no answer speaks of more than was looked at.
 */
export const indexedUpTo = (
  { database }: Pick<ExecutionDeps, 'database'>,
  { clusterId }: Pick<Replay, 'clusterId'>,
): Promise<Date | null> => database.stores.replayReturns.indexedUpTo(clusterId);

/**
 * The slowest target group's committed offset on every partition where something landed; null = none, or not readable, or past the end of the log: it
 * was set there, or is of a log that is gone, and tells of nothing that was consumed here.
 */
async function readWatermarks(
  replay: Replay,
  session: Pick<ExecutionSession, 'cluster' | 'landings'>,
  targets: readonly string[],
): Promise<Watermark[]> {
  const partitions = new Set(session.landings.map((range) => range.partition));
  if (targets.length === 0 || partitions.size === 0) return [];
  const { groups } = session.cluster;
  const answers = await groups.fetchCommitted(targets);
  const { topic } = replay.destination;
  // Asked after what was committed: no group that consumes can have come past it.
  const listed = await groups.listOffsets(
    [...partitions].map((partition) => ({ topic, partition })),
    'high_watermark',
  );
  const ends = new Map(listed.map(({ partition, offset }) => [partition, offset]));
  return [...partitions].map((partition) => {
    const end = ends.get(partition) ?? null;
    let slowest: bigint | null | undefined;
    for (const group of targets) {
      const answer = answers.get(group);
      if (answer === undefined || answer instanceof BrokerFailure) return { partition, committed: null };
      const offset =
        answer.find((each) => each.topic === topic && each.partition === partition)?.offset ?? null;
      if (offset === null || end === null || offset > end) return { partition, committed: null };
      if (slowest === undefined || slowest === null || offset < slowest) slowest = offset;
    }
    return { partition, committed: slowest ?? null };
  });
}

async function noteReturns(
  deps: ExecutionDeps,
  replay: Replay,
  lease: Lease,
  watermarks: readonly Watermark[],
  at: Date,
): Promise<number> {
  const { stores } = deps.database;
  const letters = await stores.replayReturns.find(replay.id, replay.destination.topic);
  const placed = letters.length > 0 ? await placeReturns(deps, replay, letters) : [];
  await deps.database.transact(async (tx) => {
    await requireLease(tx, lease, replay.id);
    await tx.replayReturns.noteWatermarks(replay.id, watermarks, at);
    if (placed.length === 0) return;
    await tx.replayReturns.add(replay.id, placed);
    await tx.dispositions.noteReturns(
      replay.clusterId,
      placed.map(({ letter }) => letter),
      { replayId: replay.id, by: auditActor, at },
    );
  });
  return (await stores.replayReturns.ordinals(replay.id)).size;
}

/** Which manifest entries the returned letters are, by where they had landed. */
async function placeReturns(deps: ExecutionDeps, replay: Replay, letters: readonly ReturnedLetter[]) {
  const wanted = new Map(
    letters.map((letter) => [`${letter.landed.partition}:${letter.landed.offset}`, letter]),
  );
  const placed: { ordinal: number; letter: ReturnedLetter }[] = [];
  for await (const batch of settledBatches(deps, replay))
    for (const [ordinal, outcome, partition, offset] of batch.outcome ?? []) {
      // The same place of the quarantine is another one.
      if (outcome !== 'replayed') continue;
      const letter = wanted.get(`${partition}:${offset}`);
      if (letter) placed.push({ ordinal, letter });
    }
  return placed;
}
