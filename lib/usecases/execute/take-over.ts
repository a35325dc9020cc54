import { landingRanges, ordinalsOf } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { shardCountOf } from '#lib/domain/replays/shards.ts';
import type { Lease } from '#lib/store/leases.ts';
import { cursorFor, readCursor } from './cursor.ts';
import { type ExecutionDeps, ledgerPartitions, ledgerTopic, transactionalId } from './deps.ts';
import { Hold, LeaseLost } from './interruption.ts';
import { lookAtOthers } from './look-at-others.ts';
import {
  cursorBehindSentence,
  type Recovered,
  recoveredSentence,
  settleLostIntents,
} from './lost-intents.ts';
import { openManifest } from './manifest-reader.ts';
import { applyLastOutcome } from './record-outcome.ts';
import { clusterOf, type ExecutionSession } from './session.ts';
import { type Horizons, settleIntent } from './settle-intent.ts';
import { lastOrdinal } from './settled-batches.ts';

/**
 * Taking over (invariant 4): the lease is held; then InitProducerId fences every earlier writer, then the fencing token is checked
 * again, then the cursor is read with requireStable, then open intents are settled by it. Nothing is sent here.
 * @param horizons of earlier take-overs of this worker @throws Hold, LeaseLost, Waiting, BrokerFailure
 */
export async function takeOver(
  deps: ExecutionDeps,
  replay: Replay,
  lease: Lease,
  shard: number,
  horizons: Horizons = new Map(),
): Promise<ExecutionSession> {
  deps.reach('claimed');
  const cluster = clusterOf(deps.clusters, replay);
  const writer = deps.writers.get(replay.cluster);
  const writing = deps.writing.get(replay.cluster);
  if (!writer || !writing)
    throw new Hold(`This worker may not write to cluster ${replay.cluster} (readOnly in the configuration).`);
  const manifest = await openManifest(deps.database, replay, shard);
  await ensureLedger(writing);
  const session = await writer.open({
    transactionalId: transactionalId(replay.id, shard),
    transactionTimeoutMs: deps.timings.transactionTimeoutMs,
    callTimeoutMs: deps.timings.callTimeoutMs,
  });
  deps.reach('producer_open');
  const diversion = replay.plan?.diversion;
  try {
    if (!(await deps.database.stores.leases.renew(lease, deps.timings.leaseMs)))
      throw new LeaseLost(replay.id);
    const taken: ExecutionSession = {
      lease,
      shard,
      shards: shardCountOf(replay),
      others: new Map(),
      cluster,
      writer: session,
      manifest,
      next: 0,
      landings: [],
      divertedLandings: [],
      blockedKeys: new Set(),
      maxMessageBytes: await maxMessageBytes(cluster, replay.destination.topic),
      divertedMaxMessageBytes: diversion ? await maxMessageBytes(cluster, diversion.topic) : null,
      nextSendAtMs: 0,
      authorised: false,
      ahead: null,
      applying: Promise.resolve(),
      comparedAtMs: Number.NEGATIVE_INFINITY,
    };
    await settleAndPlace(deps, replay, taken, horizons);
    await recall(deps, replay, taken);
    await lookAtOthers(deps, replay, taken);
    return taken;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Settles what an earlier session left open and finds the next ordinal; the broker's cursor decides, never a guess. Where cursor and outcomes
 * do not meet, one of the two has lost something: nothing is sent on that.
 */
async function settleAndPlace(
  deps: ExecutionDeps,
  replay: Replay,
  session: ExecutionSession,
  horizons: Horizons,
): Promise<void> {
  const { stores } = deps.database;
  const { shard } = session;
  const cursor = await readCursor(session.cluster, replay, shard);
  await applyLastOutcome(deps, replay, session);
  const intents = await stores.replayBatches.intents(replay.id, shard);
  let lost = 0;
  const open = await stores.replayBatches.unsettled(replay.id, shard);
  const recovered: Recovered[] = [];
  for (const batch of open) {
    const unknown = await settleIntent(deps, replay, session, batch, cursor, horizons);
    if (batch.intent.lost) recovered.push({ records: [...ordinalsOf(batch)].length, unknown });
    else lost += unknown;
  }
  // The earlier worker may have settled it in this very moment, and not have come further.
  if (open.length > 0) await applyLastOutcome(deps, replay, session);
  if (lost > 0)
    throw new Hold(
      `The broker has no cursor for this replay any more, and ${lost} record${lost === 1 ? '' : 's'} of the open batch could not be found in ${replay.destination.topic}: their outcome is unknown and they are not sent again.`,
    );
  // A closed execution stands in the audit: what it does not cover, its verification refuses.
  if (cursor !== null && !replay.executedAt)
    recovered.push(...(await settleLostIntents(deps, replay, session, cursor, horizons)));
  // Nothing more is sent by an aborted replay, and where its rest was closed no cursor was written.
  if (replay.state !== 'aborted') {
    if (recovered.length > 0) throw new Hold(recoveredSentence(replay, recovered));
    const settledTo = await lastOrdinal(deps, replay, shard);
    if (cursor !== null && cursor < settledTo) throw new Hold(cursorBehindSentence(cursor, settledTo));
  }
  session.next = cursor ?? (await lastOrdinal(deps, replay, shard));
  if (intents === 0) await stores.replayReturns.noteIndexStart(replay.id, replay.clusterId);
  // The first cursor stands before the first intent, so that a missing one always means that it was lost.
  if (cursor === null)
    await session.writer.writeBatch({
      topic: replay.destination.topic,
      records: [],
      cursor: cursorFor(replay, shard, session.next, intents === 0 ? 'first' : 'restored'),
    });
}

/** Landings and blocked keys of the batches that are settled, so that any worker goes on from where the last one stood. */
async function recall(deps: ExecutionDeps, replay: Replay, session: ExecutionSession): Promise<void> {
  const { shard } = session;
  for await (const batch of deps.database.stores.replayBatches.settled(replay.id, { shard })) {
    session.landings.push(...landingRanges(batch.outcome ?? []));
    session.divertedLandings.push(...landingRanges(batch.outcome ?? [], 'diverted'));
    if (!replay.plan?.orderingRequired) continue;
    const blocking = (batch.outcome ?? [])
      .filter(([, outcome]) => outcome === 'failed' || outcome === 'diverted')
      .map(([ordinal]) => ordinal);
    for (const ordinal of blocking) {
      const [entry] = await session.manifest.slice(ordinal, ordinal + 1);
      if (entry?.keyHash) session.blockedKeys.add(entry.keyHash);
    }
  }
}

async function ensureLedger({ admin }: Pick<ExecutionSession['cluster'], 'admin'>): Promise<void> {
  const { brokers } = await admin.describeCluster();
  await admin.ensureTopic({
    name: ledgerTopic,
    partitions: ledgerPartitions,
    replicationFactor: Math.min(3, Math.max(1, brokers.length)),
    configs: { 'cleanup.policy': 'delete' },
  });
}

const defaultMaxMessageBytes = 1_048_588;

async function maxMessageBytes(cluster: ExecutionSession['cluster'], topic: string): Promise<number> {
  const configs = (await cluster.admin.topicConfigs([topic])).get(topic);
  const configured = Number(configs?.get('max.message.bytes'));
  return Number.isFinite(configured) && configured > 0 ? configured : defaultMaxMessageBytes;
}
