import { type BatchRow, ordinalsOf } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import { executionLease } from '#lib/usecases/execute/deps.ts';
import type { OnCommit } from './postgres/database.ts';
import type { Rows } from './postgres/rows.ts';
import { timings } from './worker.ts';
import type { World } from './world.ts';

/**
 * Looks at every commit in the moment in which it takes effect: whether what is intended was allowed then, by rows as they are and not
 * by what the executor believed.
 */
export function watchCommits(world: World): OnCommit {
  const settled = new Set<string>();
  const known = new Set<string>();
  const ended = new Map<string, Replay['state']>();
  const letters = new Map<string, string>();
  const lookAtPace = paceWatch(world);
  return (changes, began) => {
    for (const { table, key, row } of changes) {
      if (table === 'batch') {
        const batch = row as BatchRow;
        if (!known.has(key)) {
          lookAtIntent(world, batch, began);
          lookAtPace(batch, began);
        }
        known.add(key);
        if (settled.has(key)) world.violate(`batch ${key} was settled twice`);
        if (batch.settledAt) settled.add(key);
      }
      if (table === 'disposition') {
        const now = (row as Rows['disposition'] | null)?.disposition ?? 'open';
        const before = letters.get(key);
        if (before && now !== before) world.violate(`dead letter ${key} went from ${before} to ${now}`);
        if (now === 'consumed_past') letters.set(key, now);
      }
      if (table === 'replay' && row) {
        const { state } = row as Replay;
        const before = ended.get(key);
        if (before && before !== state) world.violate(`replay ${key} went from ${before} to ${state}`);
        if (isTerminal(state)) ended.set(key, state);
      }
    }
  };
}

function lookAtIntent(world: World, batch: BatchRow, began: Date): void {
  const { rows } = world.postgres.tables;
  const replay = rows.replay.get(batch.replayId);
  const sealed = world.replays.find((each) => each.replay.id === batch.replayId)?.replay;
  const wrong = (what: string) =>
    world.violate(`intent ${batch.fromOrdinal}-${batch.toOrdinal} of ${batch.replayId}: ${what}`);
  if (!replay || !sealed) {
    wrong('there is no such replay');
    return;
  }
  const lease = rows.lease.get(executionLease(replay.id, batch.shard));
  if (lease?.token !== batch.fencingToken)
    wrong(`token ${batch.fencingToken} is stale, ${lease?.token} is current`);
  if (batch.toOrdinal > (sealed.plan?.manifest.records ?? 0)) wrong('it reaches past the manifest');
  // What an abort leaves unsent is closed by an intent that sends nothing.
  if (replay.state === 'aborted' && batch.intent.sentHashes === '') return;
  if (replay.state !== 'canary' && replay.state !== 'ramping') wrong(`the replay is ${replay.state}`);
  if (replay.digest !== sealed.digest) wrong('it is not the seal that was submitted');
  if (!inForceSince(world, began).includes(world.governed.policyHash)) wrong('another policy is in force');
  const people = new Set(
    [...rows.approval.values()].flatMap((approval) =>
      approval.replayId === replay.id &&
      approval.decision === 'approve' &&
      approval.digest === sealed.digest &&
      approval.round === (replay.run?.approvalRound ?? 0) &&
      !sealed.preparedBy.includes(approval.userId)
        ? [approval.userId]
        : [],
    ),
  );
  if (people.size < (sealed.plan?.policy.approvalsNeeded ?? 1)) wrong(`only ${people.size} have approved it`);
}

/** Over all shards, and over every worker that ever held one, no more is sent than the replay's rate allows, and nothing on gates of long ago. */
function paceWatch(world: World): (batch: BatchRow, began: Date) => void {
  const taken = new Map<string, { firstMs: number; records: number }>();
  return (batch, began) => {
    if (batch.intent.sentHashes === '') return;
    const { nowMs } = world.timeline;
    const beganMs = began.getTime() - world.timeline.date().getTime() + nowMs;
    const replay = world.replays.find((each) => each.replay.id === batch.replayId)?.replay;
    const before = taken.get(batch.replayId) ?? { firstMs: beganMs, records: 0 };
    const allowed = ((replay?.bounds.recordsPerSecond ?? 0) * (nowMs - before.firstMs)) / 1000;
    if (before.records > allowed + 1e-6)
      world.violate(`${batch.replayId} had sent ${before.records} records where its rate allowed ${allowed}`);
    const judgedAtMs =
      world.postgres.tables.rows.pace.get(batch.replayId)?.judgedAtMs ?? Number.NEGATIVE_INFINITY;
    if (beganMs - judgedAtMs > timings.judgedWithinMs)
      world.violate(`${batch.replayId} sends, and its gates were judged ${beganMs - judgedAtMs} ms ago`);
    const records = before.records + [...ordinalsOf(batch)].length;
    taken.set(batch.replayId, { ...before, records });
  };
}

/** Policies that were in force while a transaction was under way: one that is registered meanwhile is as good as registered after it. */
function inForceSince(world: World, began: Date): readonly string[] {
  const newestFirst = [...world.postgres.tables.rows.policy.values()].sort((a, b) => b.version - a.version);
  const then = newestFirst.findIndex(({ createdAt }) => createdAt <= began);
  return newestFirst.slice(0, then + 1).map(({ hash }) => hash);
}
