import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import { refusal } from '#fixtures/refusal.ts';
import type { DraftBody } from '#lib/contract/replays.ts';
import { draftReplay } from '../draft-replay.ts';
import { planReplay } from '../plan-replay.ts';

const plans = 8;
const perPlan = 25;
let test: TestDatabase;
let g: Governed;
beforeAll(async () => {
  test = await createTestDatabase();
  g = await governedFlow(test.database);
  await g.produce(plans * perPlan);
});
afterAll(async () => {
  await g?.close();
  await test?.drop();
});

/** Drafts first, then plans all of them at the same time. @returns the code of each refusal, `done` for one that stands */
const planAtOnce = async (
  selections: readonly DraftBody['source']['selection'][],
): Promise<(string | undefined)[]> => {
  const ana = g.person('ana');
  const drafts: string[] = [];
  for (const selection of selections) {
    const source = { topic: g.topics.dlq, selection };
    drafts.push((await draftReplay(g.deps, ana, g.draftBody({ source }))).id);
  }
  return Promise.all(drafts.map(async (id) => (await refusal(planReplay(g.deps, ana, id))).split(':')[0]));
};
const holds = async () => {
  const client = new pg.Client({ connectionString: test.ownerUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT (SELECT count(DISTINCT replay_id) FROM replay_reservation)::int AS replays, (SELECT count(*) FROM replay_reservation)::int AS roots,
       (SELECT count(*) FROM dead_letter_disposition WHERE disposition = 'in_replay')::int AS letters,
       (SELECT count(*) FROM dead_letter d JOIN dead_letter_disposition x USING (cluster_id, topic_id, partition, "offset")
         JOIN replay_reservation v ON v.replay_id = x.replay_id AND v.lineage_root = d.lineage_root)::int AS matching,
       (SELECT count(*) FROM plan_record)::int AS staged`,
  );
  await client.end();
  return rows[0];
};

it('lets eight that want other records stand beside each other, and of eight that want the same exactly one', async () => {
  const all = plans * perPlan;
  const own = Array.from({ length: plans }, (_, plan) => ({
    records: Array.from({ length: perPlan }, (_, at) => {
      const n = plan * perPlan + at;
      return { partition: n % 2, offset: String(Math.floor(n / 2)) };
    }),
  }));
  expect(await planAtOnce(own)).toEqual(Array(plans).fill('done'));
  expect(await holds()).toEqual({
    ...{ replays: plans, roots: all, letters: all, matching: all, staged: 0 },
  });

  await g.produce(50);
  const same = await planAtOnce(Array(plans).fill({ all: true }));
  expect(same.filter((code) => code === 'done')).toHaveLength(1);
  expect(new Set(same)).toEqual(new Set(['done', 'already_in_replay']));
  expect(await holds()).toEqual({
    ...{ replays: plans + 1, roots: all + 50, letters: all + 50, matching: all + 50, staged: 0 },
  });
});
