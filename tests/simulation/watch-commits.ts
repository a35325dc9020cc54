import type { BatchRow } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import { executionLease } from '#lib/usecases/execute/deps.ts';
import type { OnCommit } from './postgres/database.ts';
import type { Rows } from './postgres/rows.ts';
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
  return (changes, began) => {
    for (const { table, key, row } of changes) {
      if (table === 'batch') {
        const batch = row as BatchRow;
        if (!known.has(key)) lookAtIntent(world, batch, began);
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

/** Policies that were in force while a transaction was under way: one that is registered meanwhile is as good as registered after it. */
function inForceSince(world: World, began: Date): readonly string[] {
  const newestFirst = [...world.postgres.tables.rows.policy.values()].sort((a, b) => b.version - a.version);
  const then = newestFirst.findIndex(({ createdAt }) => createdAt <= began);
  return newestFirst.slice(0, then + 1).map(({ hash }) => hash);
}
