import { expect, it } from 'vitest';
import { ordinalsOf, type PackedOutcome } from '#lib/domain/replays/batch.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { cursorGroup, ledgerTopic } from '#lib/usecases/execute/deps.ts';
import { checkSent } from './check-sent.ts';
import { comesAbout, execute, executeUntil, quietWorld, started } from './quiet-world.ts';
import { startTarget } from './target.ts';
import type { World } from './world.ts';

/** A started replay in a world without faults, whose target consumes: twelve records on one shard, unless another seed says otherwise. */
function running(seed = 29): { world: World; replay: Replay } {
  const { world, replay } = quietWorld(seed);
  startTarget(world);
  return { world, replay: started(world, replay) };
}

/** As a person resumes it; no other right is asked for in here. */
function resume({ postgres }: World, held: Replay | null): void {
  if (held?.state !== 'paused' || !held.resumesTo) throw new Error('It is not paused.');
  postgres.tables.rows.replay.set(held.id, { ...held, state: held.resumesTo, resumesTo: null });
}

const batchesOf = ({ postgres }: World, shard = 0) =>
  [...postgres.tables.rows.batch.values()].filter((batch) => batch.shard === shard);

/** What was stored of these batches is gone, and which attempts were noted: the database was put back. */
function loseRows({ postgres }: World, lost: readonly { id: string }[]): void {
  const { batch, landing, attempt } = postgres.tables.rows;
  for (const { id } of lost) {
    batch.delete(id);
    for (const [key, row] of landing) if (row.batchId === id) landing.delete(key);
  }
  attempt.clear();
}

const outcomesOf = (world: World, shard = 0): PackedOutcome[] =>
  batchesOf(world, shard)
    .flatMap(({ outcome }) => outcome ?? [])
    .sort((a, b) => a[0] - b[0]);
const mostCopies = (world: World) => Math.max(...checkSent(world).values());

it('records that the cursor says were sent and the database knows nothing of are found where they landed, and a person is told', async () => {
  const { world, replay } = running();
  const lost = async () => {
    await executeUntil(world, replay, 'after_commit', 3);
    loseRows(world, batchesOf(world).slice(1));
    const held = await execute(world, replay);
    expect(held?.stateReason).toMatch(
      /^The database has lost what it had stored of 6 records .* 6 of them were found where they were sent/,
    );
    expect(batchesOf(world).at(1)).toMatchObject({
      ...{ fromOrdinal: 1, toOrdinal: 7, intent: { lost: true }, settlement: 'committed' },
    });
    expect(world.postgres.tables.rows.attempt.size).toBe(6);
    resume(world, held);
    return execute(world, replay);
  };
  expect(await comesAbout(world, lost())).toMatchObject({ state: 'verified' });
  expect(outcomesOf(world).map(([ordinal]) => ordinal)).toEqual(Array.from({ length: 12 }, (_, at) => at));
  expect(mostCopies(world)).toBe(1);
  expect(world.violations).toEqual([]);
});

it('what can not be found of them is unknown, is not sent again, and keeps the replay from being verified', async () => {
  const { world, replay } = running();
  const lost = async () => {
    await executeUntil(world, replay, 'after_commit', 4);
    loseRows(world, batchesOf(world).slice(1));
    // Of two nobody can say any more what they would have been sent as; a third was too large and never sent, which nobody knows any more.
    world.kafka.source.logStart = 3n;
    const held = await execute(world, replay);
    expect(held?.stateReason).toContain(
      'the outcome of 3 records is unknown, and nothing of that is sent again',
    );
    resume(world, held);
    return execute(world, replay);
  };
  expect(await comesAbout(world, lost())).toMatchObject({
    state: 'indeterminate',
    // Where they are is not known, so that two of them stand where none of its batches landed.
    stateReason: '2 records not as sent, or there twice; the outcome of 3 records is unknown',
  });
  expect(
    outcomesOf(world).flatMap(([ordinal, outcome, , , reason]) =>
      outcome === 'unknown' ? [[ordinal, reason]] : [],
    ),
  ).toEqual([1, 2, 9].map((ordinal) => [ordinal, 'intent_lost']));
  expect(mostCopies(world)).toBe(1);
});

it('a worker that is lost between the intent that stands for a lost one and its outcome leaves it to the next, which does not guess', async () => {
  const { world, replay } = running();
  const lost = async () => {
    await executeUntil(world, replay, 'after_commit', 4);
    loseRows(world, batchesOf(world).slice(1));
    world.kafka.source.logStart = 3n;
    await execute(world, replay);
    const [, again] = batchesOf(world);
    if (!again) throw new Error('An intent was written.');
    const { batch } = world.postgres.tables.rows;
    batch.set(again.id, { ...again, settledAt: null, settlement: null, outcome: null });
    resume(world, world.postgres.tables.rows.replay.get(replay.id) ?? null);
    return execute(world, replay);
  };
  expect(await comesAbout(world, lost())).toMatchObject({ state: 'paused' });
  expect(outcomesOf(world).map(([, outcome]) => outcome)).toEqual([
    ...['replayed', 'unknown', 'unknown', 'replayed', 'replayed', 'replayed'],
    ...['replayed', 'replayed', 'replayed', 'unknown'],
  ]);
});

it('of several shards each settles what was lost of its own', async () => {
  const { world, replay } = running(30);
  const lost = async () => {
    await executeUntil(world, replay, 'outcome_written', 1);
    await executeUntil(world, replay, 'after_commit', 1, 1);
    const [sent] = batchesOf(world, 1);
    if (!sent?.intent.own) throw new Error('The other shard has sent some of its range.');
    loseRows(world, [sent]);
    await execute(world, replay, { shard: 1 });
    return sent;
  };
  const sent = await comesAbout(world, lost());
  const [again] = batchesOf(world, 1);
  expect(again).toMatchObject({ toOrdinal: sent.toOrdinal, intent: { lost: true, own: sent.intent.own } });
  expect(outcomesOf(world, 1).map(([ordinal, outcome]) => [ordinal, outcome])).toEqual(
    [...ordinalsOf(sent)].map((ordinal) => [ordinal, 'replayed']),
  );
});

it('nothing is sent from a cursor that stands before what is settled; aborted, what was not sent is closed', async () => {
  const { world, replay } = running();
  const { rows } = world.postgres.tables;
  const setBack = async () => {
    await executeUntil(world, replay, 'outcome_written', 3);
    // Until the last commit has its markers, and its cursor can be overwritten.
    await world.timeline.sleep(1000, new AbortController().signal, world.newProcess('somebody'));
    const seal = `${replay.digest?.slice(0, 16)}:set-back`;
    world.kafka.coordinator.commitOf(cursorGroup(replay.id), ledgerTopic, 0, 1n, seal);
    const held = await execute(world, replay);
    if (!held) throw new Error('It is there.');
    rows.replay.set(held.id, { ...held, state: 'aborted', resumesTo: null });
    await execute(world, replay);
    return held;
  };
  expect(await comesAbout(world, setBack())).toMatchObject({
    ...{ state: 'paused', resumesTo: 'ramping' },
    stateReason: expect.stringMatching(/^The broker's cursor stands at 1, and outcomes are stored up to 7/),
  });
  expect(mostCopies(world)).toBe(1);
  expect(outcomesOf(world).map(([ordinal]) => ordinal)).toEqual(Array.from({ length: 12 }, (_, at) => at));
});

it('an execution is not closed over an entry that has two outcomes', async () => {
  const { world, replay } = running();
  const doubled = async () => {
    await executeUntil(world, replay, 'before_audit', 2);
    const [first] = batchesOf(world);
    if (!first) throw new Error('It has batches.');
    world.postgres.tables.rows.batch.set('again', { ...first, id: 'again' });
    return execute(world, replay);
  };
  expect(await comesAbout(world, doubled())).toMatchObject({
    ...{ state: 'paused', resumesTo: 'completed' },
    stateReason: expect.stringMatching(/^Entry 0 of the manifest has two outcomes\./),
  });
});

it('a verification is not closed over entries that have no outcome', async () => {
  const { world, replay } = running();
  const missing = async () => {
    await executeUntil(world, replay, 'before_audit', 3);
    loseRows(world, batchesOf(world).slice(2, 4));
    return execute(world, replay);
  };
  const held = await comesAbout(world, missing());
  expect(held).toMatchObject({ state: 'paused', resumesTo: 'verifying' });
  expect(held?.stateReason).toMatch(/^Entr(y \d+|ies \d+ to \d+) of the manifest ha(s|ve) no outcome\./);
});
