import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#fixtures/database.ts';
import { type Governed, governedFlow } from '#fixtures/governance.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import type { Database } from '#lib/store/database.ts';
import type { DispositionStore } from '#lib/store/dispositions.ts';
import type { PlanHoldStore } from '#lib/store/plan-holds.ts';
import { decideDeadLetters } from './decide-dead-letters.ts';
import { draftReplay } from './draft-replay.ts';
import { planReplay } from './plan-replay.ts';

let test: TestDatabase;
const open: Governed[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const governed of open.splice(0)) await governed.close();
});
afterAll(() => test.drop());

const letters = 12;
async function flowWithLetters(): Promise<Governed> {
  const governed = await governedFlow(test.database);
  open.push(governed);
  await test.database.stores.deadLetterIndex.noteTopics(
    { name: 'main', clusterId: governed.clusterId },
    [
      {
        topicId: governed.dlqTopicId,
        topic: governed.topics.dlq,
        kind: 'dead_letter',
        flow: governed.flow.name,
        retentionMs: null,
        cleanupPolicy: null,
      },
    ],
    new Date(),
    [governed.dlqTopicId],
  );
  await governed.produce(letters);
  return governed;
}
const dismiss = (g: Governed, offsets: readonly string[] | null = null) =>
  decideDeadLetters(g.deps, g.person('ana'), { cluster: 'main', topic: g.topics.dlq }, 'dismiss', {
    selection:
      offsets === null ? { all: true } : { records: offsets.map((offset) => ({ partition: 0, offset })) },
    reason: 'done by hand',
  });
const draft = (g: Governed) => draftReplay(g.deps, g.person('ana'), g.draftBody());
/** Plans with something done just before the transaction looks at the records, or just after it took them. */
const planWith = (
  g: Governed,
  replay: Replay,
  meanwhile: { beforeLock?: () => Promise<unknown>; afterHold?: () => Promise<unknown> },
) => {
  const transact: Database['transact'] = (work) =>
    test.database.transact((stores) => {
      const { dispositions, planHolds } = stores;
      const watched: DispositionStore = {
        ...dispositions,
        lockTopic: async (...place) => {
          await meanwhile.beforeLock?.();
          await dispositions.lockTopic(...place);
        },
      };
      const holding: PlanHoldStore = {
        ...planHolds,
        hold: async (...taken) => {
          const held = await planHolds.hold(...taken);
          await meanwhile.afterHold?.();
          return held;
        },
      };
      return work({ ...stores, dispositions: watched, planHolds: holding });
    });
  return planReplay({ ...g.deps, database: { ...test.database, transact } }, g.person('ana'), replay.id);
};
const fates = (g: Governed) =>
  test.database.stores.deadLetterDecisions.countNamed({
    clusterId: g.clusterId,
    topicId: g.dlqTopicId,
    selection: { all: true },
  });

describe('dismissing while a replay is planned', () => {
  it('before the plan takes its records: the plan is refused and holds nothing', async () => {
    const g = await flowWithLetters();
    const replay = await draft(g);
    const planning = planWith(g, replay, { beforeLock: () => dismiss(g, ['1', '2']) });
    await expect(planning).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('2 of'),
    });
    expect(await fates(g)).toEqual({ dismissed: 2, open: letters - 2 });
    const again = await planReplay(g.deps, g.person('ana'), replay.id);
    expect(again.plan?.manifest.records).toBe(letters - 2);
    expect(await fates(g)).toEqual({ dismissed: 2, in_replay: letters - 2 });
  });

  it('after the plan took them, and before that is committed: the dismissal waits, and leaves them', async () => {
    const g = await flowWithLetters();
    const replay = await draft(g);
    let dismissing: Promise<unknown> = Promise.resolve();
    const planned = await planWith(g, replay, {
      afterHold: () => {
        dismissing = dismiss(g).catch((error: unknown) => error);
        return sleep(150);
      },
    });
    expect(planned.plan?.manifest.records).toBe(letters);
    expect(await dismissing).toMatchObject({
      code: 'wrong_state',
      fields: { leftOut: { in_replay: letters } },
    });
    expect(await fates(g)).toEqual({ in_replay: letters });
  });

  it('in the same moment, however it falls: a record is in the manifest or dismissed, never both', async () => {
    const g = await flowWithLetters();
    for (let round = 0; round < 4; round++) {
      const replay = await draft(g);
      const offsets = [`${round}`];
      const ended = await Promise.allSettled([
        planReplay(g.deps, g.person('ana'), replay.id),
        sleep(round * 15).then(() => dismiss(g, offsets)),
      ]);
      const [plan] = ended;
      const held = plan.status === 'fulfilled' ? (plan.value.plan?.manifest.records ?? 0) : 0;
      const now = await fates(g);
      expect(now.in_replay ?? 0).toBe(held);
      expect((now.in_replay ?? 0) + (now.dismissed ?? 0) + (now.open ?? 0)).toBe(letters);
      expect(ended.some((each) => each.status === 'fulfilled')).toBe(true);
      await test.database.stores.dispositions.release(replay.id);
      await test.database.stores.replayReservations.release(replay.id);
    }
  });
});
