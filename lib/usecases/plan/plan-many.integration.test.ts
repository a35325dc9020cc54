import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { refusal } from '#fixtures/refusal.ts';
import { chunkRoot, compareSendingOrder, decodeChunk, manifestRoot } from '#lib/domain/replays/manifest.ts';
import { sealStanding } from '#lib/domain/replays/seal.ts';
import { draftReplay } from '../draft-replay.ts';
import { planReplay } from '../plan-replay.ts';
import type { ReplayDeps } from '../replay-deps.ts';

/** So many that they are held while they are sealed. */
const records = 20_500;
let test: TestDatabase;
let owner: pg.Client;
let g: Governed;
beforeAll(async () => {
  test = await createTestDatabase();
  owner = new pg.Client({ connectionString: test.ownerUrl });
  await owner.connect();
  g = await governedFlow(test.database, { policy: { maxRecords: records, maxBytes: records * 4000 } });
  await g.produce(records);
}, 120_000);
afterAll(async () => {
  await g?.close();
  await owner?.end();
  await test?.drop();
});

const drafted = () =>
  draftReplay(
    g.deps,
    g.person('ana'),
    g.draftBody({ bounds: { maxRecords: records, maxBytes: records * 4000 } }),
  );
const held = async () => {
  const { rows } = await owner.query(
    `SELECT (SELECT count(*) FROM replay_reservation)::int AS roots,
       (SELECT count(*) FROM dead_letter_disposition WHERE disposition = 'in_replay')::int AS letters,
       (SELECT count(*) FROM manifest_chunk)::int AS chunks,
       (SELECT count(*) FROM plan_record)::int + (SELECT count(*) FROM plan_chunk)::int + (SELECT count(*) FROM plan_staging)::int AS staged`,
  );
  return rows[0];
};
const nothing = { roots: 0, letters: 0, chunks: 0, staged: 0 };

type Holds = ReplayDeps['database']['stores']['planHolds'];
/** With steps of what holds and takes a plan replaced. */
const withHolds = (over: (holds: Holds) => Partial<Holds>, deps: ReplayDeps = g.deps): ReplayDeps => ({
  ...deps,
  database: {
    ...deps.database,
    transact: (work, options) =>
      deps.database.transact(
        (stores) => work({ ...stores, planHolds: { ...stores.planHolds, ...over(stores.planHolds) } }),
        options,
      ),
  },
});

type Staging = Parameters<Parameters<ReplayDeps['database']['planStagings']['stage']>[0]>[0];
/** With steps of what is staged replaced. */
const withStaging = (over: (staging: Staging) => Partial<Staging>): ReplayDeps => ({
  ...g.deps,
  database: {
    ...g.deps.database,
    planStagings: {
      stage: (work) =>
        g.deps.database.planStagings.stage((staging) => work({ ...staging, ...over(staging) })),
    },
  },
});
/** With how many records it has taken so far known where a page of them is settled. */
const withSettling = (settle: (staging: Staging, taken: number) => Promise<void>): ReplayDeps =>
  withStaging((staging) => {
    let taken = 0;
    return {
      add: (record) => {
        taken++;
        staging.add(record);
      },
      settle: () => settle(staging, taken),
    };
  });
/** Held while it is read, however slowly that goes here. */
const planPortions = { records: 5000, withinMs: 60_000 };

it('that can not be held leaves nothing of what was sealed meanwhile', async () => {
  const draft = await drafted();
  const taken = withHolds(() => ({ hold: async () => records - 1 }));
  expect(await refusal(planReplay(taken, g.person('ana'), draft.id))).toMatch(/^conflict: 1 of the records/);
  expect(await held()).toEqual(nothing);
});

it('that can not be sealed leaves nothing of what was held meanwhile', async () => {
  const draft = await drafted();
  const failing = withStaging((staging) => ({
    addChunk: async (chunk) => {
      if (chunk.index === 15) throw new Error('no room');
      await staging.addChunk(chunk);
    },
  }));
  await expect(planReplay(failing, g.person('ana'), draft.id)).rejects.toThrow('no room');
  expect(await held()).toEqual(nothing);
});

it('that can not be read to the end leaves nothing of the portions that were held meanwhile', async () => {
  const draft = await drafted();
  const hasHeld = Promise.withResolvers<void>();
  const failing = withSettling(async (staging, taken) => {
    await staging.settle();
    if (taken <= 2 * planPortions.records) return;
    await hasHeld.promise;
    throw new Error('unreadable');
  });
  const telling = (holds: Holds): Partial<Holds> => ({
    hold: async (portion, ...of) => {
      const taken = await holds.hold(portion, ...of);
      if (portion.portion === 1) hasHeld.resolve();
      return taken;
    },
  });
  const deps = { ...withHolds(telling, failing), planPortions };
  await expect(planReplay(deps, g.person('ana'), draft.id)).rejects.toThrow('unreadable');
  expect(await held()).toEqual(nothing);
});

it('of which a portion can not be held is not read to the end', async () => {
  const draft = await drafted();
  const hasFailed = Promise.withResolvers<void>();
  let read = 0;
  const waiting = withSettling(async (staging, taken) => {
    read = taken;
    if (taken > 2 * planPortions.records) await hasFailed.promise;
    await staging.settle();
  });
  const refusing = (holds: Holds): Partial<Holds> => ({
    hold: async (portion, ...of) => {
      if (portion.portion === 0) return holds.hold(portion, ...of);
      setTimeout(hasFailed.resolve, 300);
      return portion.records - 3;
    },
  });
  const deps = { ...withHolds(refusing, waiting), planPortions };
  expect(await refusal(planReplay(deps, g.person('ana'), draft.id))).toMatch(/^conflict: 3 of the records/);
  expect(read).toBeLessThan(3 * planPortions.records);
  expect(await held()).toEqual(nothing);
});

it('are frozen whole and in order, sealed, and held while they are read', async () => {
  const draft = await drafted();
  const portions: number[] = [];
  const watching = withHolds((holds) => ({
    hold: async (portion, ...of) => {
      portions.push(portion.records);
      return holds.hold(portion, ...of);
    },
  }));
  const planned = await planReplay({ ...watching, planPortions }, g.person('ana'), draft.id);
  expect(portions).toEqual([5000, 5000, 5000, 5000, 500]);
  expect(planned).toMatchObject({ state: 'planned', plan: { manifest: { records, leftOut: 0 } } });
  expect(sealStanding(planned)).toBe('holds');
  const { manifestChunks } = test.database.stores;
  const outline = await manifestChunks.outline(draft.id);
  expect(manifestRoot(outline)).toBe(planned.manifestRoot);
  const bodies = await Promise.all(
    outline.map(async ({ index }) => (await manifestChunks.read(draft.id, index))?.body ?? ''),
  );
  expect(bodies.map(chunkRoot)).toEqual(outline.map(({ root }) => root));
  const entries = bodies.flatMap(decodeChunk);
  expect(entries.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: records }, (_, at) => at));
  expect(entries).toEqual([...entries].sort(compareSendingOrder));
  expect(new Set(entries.map(({ partition, offset }) => `${partition}@${offset}`)).size).toBe(records);
  expect(await held()).toEqual({ roots: records, letters: records, chunks: 21, staged: 0 });
});
