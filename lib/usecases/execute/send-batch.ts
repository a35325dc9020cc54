import { type BatchRow, landingRanges, type PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { BatchBounds, ReadBatch } from './batch-ahead.ts';
import { checkAuthority } from './check-authority.ts';
import { compareTopics } from './compare-topics.ts';
import { cursorFor } from './cursor.ts';
import type { ExecutionDeps } from './deps.ts';
import { Hold, StateChanged, TooEarly } from './interruption.ts';
import { newIntent } from './new-intent.ts';
import { forgetAttempts, noteAttempts } from './note-attempts.ts';
import { type PreparedBatch, sentAndDiverted } from './prepare-batch.ts';
import { nextBatch, readAhead } from './read-ahead.ts';
import { recordOutcomeFirst } from './record-outcome.ts';
import { requireLease } from './require-lease.ts';
import type { ExecutionSession } from './session.ts';

/** Source and destination are looked at again when the last look is older. */
const comparedForMs = 250;
/** Of what the broker takes in one record batch: the rest is room for the batch's own framing. */
const batchShare = 0.9;

/**
 * One batch: topics compared, sources read, intent durable, one transaction with records and cursor, outcome durable, topics
 * compared again (invariants 2, 3, 8). While it is sent, the next one is read.
 * @throws TooEarly while the shared rate allows no send yet, or nobody has judged the gates lately: nothing was written then
 */
export async function sendBatch(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  bounds: BatchBounds,
): Promise<void> {
  if (!session.authorised) {
    await checkAuthority(deps, deps.database.stores, replay);
    session.authorised = true;
  }
  // The look after the last batch is the one before this, as long as it is fresh.
  const comparedMs = deps.clock().getTime() - session.comparedAtMs;
  if (comparedMs < 0 || comparedMs > comparedForMs) await compareTopics(deps, session, replay);
  const prepared = await nextBatch(deps, replay, session, bounds);
  const batch = await writeIntent(deps, replay, session, prepared, bounds).catch((error) => {
    if (error instanceof TooEarly)
      session.ahead = {
        ...bounds,
        from: session.next,
        readAtMs: prepared.readAtMs,
        batch: Promise.resolve(prepared),
      };
    throw error;
  });
  deps.reach('intent_written');
  session.ahead = readAhead(deps, replay, session, batch.toOrdinal, bounds, prepared.blockedKeys);
  const [sent, diverted] = sentAndDiverted(prepared.sends);
  const { diversion } = replay.plan ?? {};
  const landed = await session.writer.writeBatch({
    topic: replay.destination.topic,
    records: sent.map(({ content }) => content),
    maxBatchBytes: session.maxMessageBytes * batchShare,
    also: diversion
      ? {
          topic: diversion.topic,
          records: diverted.map(({ content }) => content),
          maxBatchBytes: (session.divertedMaxMessageBytes ?? session.maxMessageBytes) * batchShare,
        }
      : null,
    cursor: cursorFor(replay, session.shard, batch.toOrdinal, batch.id),
    onStage: deps.reach,
  });
  const outcome = packOutcome([...sent, ...diverted], prepared.left, landed);
  deps.reach('before_outcome');
  await session.applying;
  const [recorded, compared] = await Promise.allSettled([
    recordOutcomeFirst(deps, replay, session, batch, { settlement: 'committed', outcome }),
    compareTopics(deps, session, replay),
  ]);
  if (recorded.status === 'rejected') throw recorded.reason;
  session.applying = recorded.value.applied;
  session.next = batch.toOrdinal;
  session.landings.push(...landingRanges(outcome));
  session.divertedLandings.push(...landingRanges(outcome, 'diverted'));
  for (const key of prepared.blockedKeys) session.blockedKeys.add(key);
  if (compared.status === 'rejected') throw compared.reason;
  const changed = prepared.left.filter(([, , reason]) => reason === 'content_changed').length;
  if (changed > 0)
    throw new Hold(
      `${changed} record${changed === 1 ? ' is' : 's are'} not what was frozen: not sent. Look at them before going on.`,
    );
}

/** The intent, only while the token is the newest, the replay sends, and the policy is the one that was sealed. */
async function writeIntent(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  prepared: ReadBatch,
  { recordsPerSecond }: BatchBounds,
): Promise<BatchRow> {
  const range = { fromOrdinal: session.next, toOrdinal: prepared.toOrdinal };
  const { entries, startOffsets, divertedStartOffsets, sentHashes } = prepared;
  const batch = newIntent(deps, replay, session, range, {
    ...{ entries, left: prepared.left, startOffsets, sentHashes },
    ...(divertedStartOffsets.length > 0 && { divertedStartOffsets }),
  });
  const left = new Set(prepared.left.map(([ordinal]) => ordinal));
  const notSent = prepared.entries.filter(({ ordinal }) => left.has(ordinal));
  await deps.database.transact(async (stores) => {
    await requireLease(stores, session.lease, replay.id);
    const now = await stores.replays.readForUpdate(replay.id);
    if (!now || (now.state !== 'canary' && now.state !== 'ramping')) throw new StateChanged(replay.id);
    const policy = await stores.policies.current();
    if (policy?.hash !== replay.policyHash || policy.hash !== deps.policyHash())
      throw new Hold(
        'The policy has changed since this replay was approved: abort it, and what was not sent is open again and can be planned under the current policy.',
      );
    const { judgedWithinMs } = deps.timings;
    const want = { records: prepared.entries.length, recordsPerSecond, judgedWithinMs };
    const pace = await stores.replayPaces.take(replay.id, want);
    if (pace === 'unjudged') throw new TooEarly(deps.timings.observeMs);
    if ('tooEarlyMs' in pace) throw new TooEarly(pace.tooEarlyMs);
    await stores.replayBatches.intend(batch);
    const sent = prepared.sends.map(({ entry }) => entry);
    if (!prepared.attemptsNoted) await noteAttempts(stores, replay, sent, batch.intentAt);
    await forgetAttempts(stores, replay, notSent, sent);
  });
  return batch;
}

/** @param sends as they were written, each landed at the same place of `landed` */
function packOutcome(
  sends: PreparedBatch['sends'],
  left: PreparedBatch['left'],
  landed: readonly { partition: number; offset: bigint }[],
): PackedOutcome[] {
  const sent = sends.map(({ entry: { ordinal, divert } }, index): PackedOutcome => {
    const place = landed[index];
    const at = [place?.partition ?? null, place ? String(place.offset) : null] as const;
    return divert ? [ordinal, 'diverted', ...at, divert] : [ordinal, 'replayed', ...at, null];
  });
  const notSent = left.map(
    ([ordinal, outcome, reason]): PackedOutcome => [ordinal, outcome, null, null, reason],
  );
  return [...sent, ...notSent].sort((a, b) => a[0] - b[0]);
}
