import { outcomeRoot, type PackedOutcome } from '#lib/domain/replays/batch.ts';
import { isTerminal } from '#lib/domain/replays/state.ts';
import { allSettled, verificationOf } from '#lib/domain/replays/verification.ts';
import { checkDrafts } from './check-drafts.ts';
import { type Copies, checkSent, copyName } from './check-sent.ts';
import { letterKey } from './postgres/letter-stores.ts';
import type { SubmittedReplay } from './submitted-replay.ts';
import type { World } from './world.ts';

/** A worker that was stopped has come to what it was about to do by then. */
const awakeMs = 1000;

/** At rest: ended, or given up before it began, and nothing is left for a worker to do. */
export function isAtRest(world: World): boolean {
  const { rows } = world.postgres.tables;
  for (const { replay } of world.replays) {
    const now = rows.replay.get(replay.id);
    if (!now || (!isTerminal(now.state) && now.state !== 'draft')) return false;
    if (now.startedAt && !now.executedAt) return false;
  }
  const { nowMs } = world.timeline;
  return world.workers.every(({ alive, stalledUntilMs }) => !alive || stalledUntilMs + awakeMs <= nowMs);
}

/** Everything that has to be true of a world at rest. */
export function checkEnded(world: World): void {
  const copies = checkSent(world);
  for (const each of world.replays) checkReplay(world, each, copies);
  for (const name of world.postgres.unknownCalls) world.violate(`the simulation lacks the store ${name}`);
}

function checkReplay(world: World, submitted: SubmittedReplay, copies: Copies): void {
  const { rows } = world.postgres.tables;
  const { replay, manifest } = submitted;
  const ended = rows.replay.get(replay.id);
  const outcomes = outcomesOf(world, replay.id);
  if (!ended?.startedAt) {
    if (outcomes.length > 0) world.violate(`${replay.id} has outcomes and was never started`);
    for (const { ordinal } of manifest.entries)
      if (copies.get(copyName(replay.id, ordinal))) world.violate(`${replay.id} sent and was never started`);
    return;
  }
  const byOrdinal = Map.groupBy(outcomes, ([ordinal]) => ordinal);
  for (const entry of manifest.entries) {
    const own = byOrdinal.get(entry.ordinal) ?? [];
    const [outcome] = own;
    const name = copyName(replay.id, entry.ordinal);
    if (!outcome || own.length !== 1) world.violate(`${name} has ${own.length} outcomes`);
    else checkEntry(world, submitted, entry, outcome, copies.get(name) ?? 0);
  }
  checkHeldBack(world, submitted, outcomes);
  const open = [...rows.batch.values()].filter((batch) => batch.replayId === replay.id && !batch.settledAt);
  if (open.length > 0) world.violate(`${replay.id} has ended with ${open.length} open batches`);
  if (rows.reservation.has(replay.id)) world.violate(`${replay.id} has ended and still holds its records`);
  checkAudit(world, submitted, outcomes);
  checkVerification(world, submitted, outcomes);
  checkDrafts(world, ended);
  const all = outcomes.every(([, outcome]) => outcome !== 'unknown');
  if (ended.state === 'verified' && !all) world.violate(`${replay.id} is verified with unknown outcomes`);
}

/** Where order is required, nothing of a key is sent on after an earlier one of it was diverted. */
function checkHeldBack(world: World, { replay, manifest }: SubmittedReplay, outcomes: PackedOutcome[]): void {
  if (!replay.plan?.orderingRequired) return;
  const diverted = new Set<string | null>();
  for (const [ordinal, outcome] of outcomes) {
    const key = manifest.entries[ordinal]?.keyHash ?? null;
    if (outcome === 'diverted') diverted.add(key);
    if (outcome === 'replayed' && diverted.has(key))
      world.violate(`${copyName(replay.id, ordinal)} was sent on behind a diverted one of its key`);
  }
}

function outcomesOf(world: World, replayId: string): PackedOutcome[] {
  return [...world.postgres.tables.rows.batch.values()]
    .filter((batch) => batch.replayId === replayId && batch.settlement !== 'not_sent')
    .flatMap((batch) => batch.outcome ?? [])
    .sort((a, b) => a[0] - b[0]);
}

function checkEntry(
  world: World,
  { replay }: SubmittedReplay,
  entry: SubmittedReplay['manifest']['entries'][number],
  [, outcome, , , reason]: PackedOutcome,
  copies: number,
): void {
  const name = copyName(replay.id, entry.ordinal);
  const says = `${name} ended ${outcome}${reason ? ` (${reason})` : ''}`;
  if (copies > 1) world.violate(`${name} is there ${copies} times`);
  const there = outcome === 'replayed' || outcome === 'diverted';
  if (there && copies !== 1) world.violate(`${says} and is there ${copies} times`);
  if (there && (outcome === 'diverted') !== (entry.divert !== undefined))
    world.violate(`${says}, and it was ${entry.divert ? '' : 'not '}to be diverted`);
  if ((outcome === 'skipped' || outcome === 'failed') && copies > 0) world.violate(`${says} and was sent`);
  if (outcome === 'unknown' && !world.blinded.has(replay.id))
    world.violate(`${says}, and cursor and log had survived`);
  const { attempt } = world.postgres.tables.rows;
  const counts = !entry.divert && (outcome === 'replayed' || outcome === 'unknown');
  if (attempt.has(`${replay.id}/${entry.lineageRoot}`) !== counts)
    world.violate(`${says} and ${counts ? 'does not count' : 'counts'} as an attempt`);
  const row = world.postgres.tables.rows.disposition.get(letterKey(entry));
  const letter = row?.disposition ?? 'open';
  if (!dispositions(outcome, reason).includes(letter))
    world.violate(`${says} and its dead letter is ${letter}`);
}

function dispositions(outcome: PackedOutcome[1], reason: string | null): readonly string[] {
  if (outcome === 'replayed') return ['replayed', 'consumed_past'];
  if (outcome === 'diverted') return ['quarantined'];
  if (outcome === 'unknown') return ['in_replay'];
  return [reason === 'expired' ? 'expired' : 'open'];
}

/** The audit's last word on the execution is the root of what the rows say, over every entry. */
function checkAudit(world: World, { replay, manifest }: SubmittedReplay, outcomes: PackedOutcome[]): void {
  const closed = [...world.postgres.tables.rows.audit.values()].filter(
    ({ action, resource }) => action === 'replay.execution_closed' && resource === `replay/${replay.id}`,
  );
  const last = closed.at(-1);
  if (!last) {
    world.violate(`${replay.id} has ended, and the audit does not say how its execution closed`);
    return;
  }
  const { root, entries } = last.detail as { root?: string; entries?: number };
  if (entries !== manifest.entries.length || root !== outcomeRoot(outcomes))
    world.violate(`${replay.id}: the audit closed the execution over ${entries} entries with another root`);
}

/** What the audit says of the verification is the root over what was seen of every entry, and the dead letters say the same. */
function checkVerification(
  world: World,
  { replay, manifest }: SubmittedReplay,
  outcomes: PackedOutcome[],
): void {
  const { rows } = world.postgres.tables;
  const closed = [...rows.audit.values()].findLast(
    ({ action, resource }) => action === 'replay.verification_closed' && resource === `replay/${replay.id}`,
  );
  if (!closed) return;
  const mine = <T extends { replayId: string | null }>(table: ReadonlyMap<string, T>): T[] =>
    [...table.values()].filter((row) => row.replayId === replay.id);
  const watermarks = new Map(mine(rows.watermark).map(({ partition, committed }) => [partition, committed]));
  const returned = new Set(mine(rows.returned).map(({ ordinal }) => ordinal));
  const hasTarget = (replay.plan?.gates.targetGroups.length ?? 0) > 0;
  const lines = outcomes.map(
    (outcome) =>
      [outcome[0], verificationOf(outcome, { watermarks, returned, hasTarget }, allSettled)] as const,
  );
  if ((closed.detail as { root?: string }).root !== outcomeRoot(lines))
    world.violate(`${replay.id}: the audit closed the verification with another root`);
  for (const entry of manifest.entries) {
    const passed = lines.find(([ordinal]) => ordinal === entry.ordinal)?.[1] === 'consumed_past';
    const letter = rows.disposition.get(letterKey(entry))?.disposition ?? 'open';
    if (passed !== (letter === 'consumed_past'))
      world.violate(
        `Entry ${entry.ordinal} of ${replay.id} was ${passed ? '' : 'not '}consumed past, and its dead letter is ${letter}`,
      );
  }
}
