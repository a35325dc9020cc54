import type { TopicInfo } from '#lib/broker/port/admin.ts';
import { type BatchRow, cutBatch, landingRanges, type PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { checkAuthority } from './check-authority.ts';
import { cursorFor } from './cursor.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold, LeaseLost, StateChanged } from './interruption.ts';
import { type PreparedBatch, prepareBatch } from './prepare-batch.ts';
import { recordOutcome } from './record-outcome.ts';
import type { ExecutionSession } from './session.ts';

const maxBatchRecords = 6000;
const maxBatchBytes = 8_000_000;

/**
 * One batch: topics compared, sources read, intent durable, one transaction with records and cursor, outcome durable, topics
 * compared again (invariants 2, 3, 8). @returns how many entries it settled
 */
export async function sendBatch(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  limit: number,
): Promise<number> {
  if (!session.authorised) {
    await checkAuthority(deps, deps.database.stores, replay);
    session.authorised = true;
  }
  await compareTopics(session, replay);
  const wanted = await session.manifest.slice(session.next, session.next + Math.min(limit, maxBatchRecords));
  const entries = wanted.slice(
    0,
    cutBatch(wanted, {
      records: maxBatchRecords,
      bytes: maxBatchBytes,
      bytesPerPartition: session.maxMessageBytes * 0.9,
    }),
  );
  const prepared = await prepareBatch(deps, replay, entries, session);
  const batch = await writeIntent(deps, replay, session, prepared);
  deps.reach('intent_written');
  const landed = await session.writer.writeBatch({
    topic: replay.destination.topic,
    records: prepared.sends.map(({ content }) => content),
    cursor: cursorFor(replay, session.shard, batch.toOrdinal, batch.id),
    onStage: deps.reach,
  });
  const outcome = packOutcome(prepared, landed);
  deps.reach('before_outcome');
  await recordOutcome(deps, replay, session, batch, { settlement: 'committed', outcome });
  session.next = batch.toOrdinal;
  session.landings.push(...landingRanges(outcome));
  for (const key of prepared.blockedKeys) session.blockedKeys.add(key);
  await compareTopics(session, replay);
  const changed = prepared.left.filter(([, , reason]) => reason === 'content_changed').length;
  if (changed > 0)
    throw new Hold(
      `${changed} record${changed === 1 ? ' is' : 's are'} not what was frozen: not sent. Look at them before going on.`,
    );
  return entries.length;
}

/** The intent, only while the token is the newest, the replay sends, and the policy is the one that was sealed. */
async function writeIntent(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  prepared: PreparedBatch,
): Promise<BatchRow> {
  const partitions = [...new Set(prepared.sends.map(({ content }) => content.partition))];
  const topic = replay.destination.topic;
  const ends = await session.cluster.groups.listOffsets(
    partitions.map((partition) => ({ topic, partition })),
    'last_stable',
  );
  const startOffsets = ends.map(({ partition, offset, failure }) => {
    if (offset === null) throw failure ?? new Hold(`The end of ${topic}-${partition} can't be read.`);
    return [partition, String(offset)] as const;
  });
  const batch: BatchRow = {
    id: deps.newId(),
    replayId: replay.id,
    shard: session.shard,
    fromOrdinal: session.next,
    toOrdinal: session.next + prepared.entries.length,
    fencingToken: session.lease.token,
    intentAt: deps.clock(),
    intent: { left: prepared.left, startOffsets, sentHashes: prepared.sentHashes },
    settledAt: null,
    settlement: null,
    outcome: null,
  };
  const roots = prepared.sends.map(({ entry }) => entry.lineageRoot);
  await deps.database.transact(async (stores) => {
    if (!(await stores.leases.holds(session.lease))) throw new LeaseLost(replay.id);
    const now = await stores.replays.readForUpdate(replay.id);
    if (!now || (now.state !== 'canary' && now.state !== 'ramping')) throw new StateChanged(replay.id);
    const policy = await stores.policies.current();
    if (policy?.hash !== replay.policyHash || policy.hash !== deps.policyHash())
      throw new Hold(
        'The policy has changed since this replay was approved: plan it again under the current policy.',
      );
    const { settledAt, settlement, outcome, ...intent } = batch;
    await stores.replayBatches.intend(intent);
    // A copy that nobody processes is no attempt.
    if (replay.purpose === 'replay')
      await stores.lineageAttempts.add(replay.clusterId, replay.id, roots, batch.intentAt);
  });
  return batch;
}

function packOutcome(
  prepared: PreparedBatch,
  landed: readonly { partition: number; offset: bigint }[],
): PackedOutcome[] {
  const sent = prepared.sends.map(({ entry }, index): PackedOutcome => {
    const place = landed[index];
    return [entry.ordinal, 'replayed', place?.partition ?? null, place ? String(place.offset) : null, null];
  });
  const left = prepared.left.map(
    ([ordinal, outcome, reason]): PackedOutcome => [ordinal, outcome, null, null, reason],
  );
  return [...sent, ...left].sort((a, b) => a[0] - b[0]);
}

/** Source and destination are still the topics that were sealed, with as many partitions (invariant 8). */
async function compareTopics(session: ExecutionSession, replay: Replay): Promise<void> {
  const { source, destination } = replay;
  const found = await session.cluster.admin.describeTopics([source.topic, destination.topic]);
  const idOf = (topic: string): TopicInfo | undefined => found.find((each) => each.topic === topic);
  const from = idOf(source.topic);
  const to = idOf(destination.topic);
  if (from?.topicId !== source.topicId)
    throw new Hold(`${source.topic} was deleted or recreated since the plan was frozen.`);
  if (to?.topicId !== destination.topicId)
    throw new Hold(`${destination.topic} was deleted or recreated since the plan was frozen.`);
  if (to.partitions.length !== destination.partitions)
    throw new Hold(
      `${destination.topic} has ${to.partitions.length} partitions now, not ${destination.partitions}: the order of keys would break.`,
    );
}
