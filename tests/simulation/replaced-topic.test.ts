import { expect, it } from 'vitest';
import { destinationTopic } from './dead-letters.ts';
import { comesAbout, execute, executeUntil, quietWorld, started } from './quiet-world.ts';
import { startTarget } from './target.ts';
import type { World } from './world.ts';

/** The destination is deleted, and made again under its name with other records, which the target consumes. */
function replaceDestination({ kafka, partitions }: World): void {
  kafka.create(destinationTopic, 'another id', partitions);
  const log = kafka.log(destinationTopic, 0);
  const record = { key: null, value: null, headers: [], timestampMs: 0, timestampType: 'create' } as const;
  for (let offset = 0n; offset < 100n; offset++)
    log.slots.push({ state: 'committed', producerId: -1, record: { ...record, partition: 0, offset } });
}

const consumedPast = ({ postgres }: World) =>
  [...postgres.tables.rows.disposition.values()].filter(({ disposition }) => disposition === 'consumed_past');

it('what the target commits on a topic that stands in the place of the destination is no proof', async () => {
  const { world, replay } = quietWorld(29);
  const { rows } = world.postgres.tables;
  startTarget(world);
  started(world, replay);
  let replaced = false;
  const readTarget = async () => {
    if (!replaced && rows.replay.get(replay.id)?.state === 'verifying') {
      replaced = true;
      replaceDestination(world);
    }
    return { state: 'running', lagRecords: 0n, asOf: world.timeline.date() } as const;
  };
  const ended = await comesAbout(world, execute(world, replay, { readTarget }));
  expect(ended).toMatchObject({
    state: 'indeterminate',
    stateReason:
      'orders.retry was deleted or recreated since the plan was frozen; what the target has consumed is not known',
  });
  expect(consumedPast(world)).toEqual([]);
  expect([...rows.watermark.values()].map(({ committed }) => committed)).toEqual([null]);
});

it('nothing is read back from a topic that stands in the place of the destination', async () => {
  const { world, replay } = quietWorld(29);
  startTarget(world);
  started(world, replay);
  const replacedBeforeItsEnd = async () => {
    await executeUntil(world, replay, 'before_audit', 2);
    replaceDestination(world);
    return execute(world, replay);
  };
  expect(await comesAbout(world, replacedBeforeItsEnd())).toMatchObject({
    state: 'indeterminate',
    stateReason:
      'orders.retry was deleted or recreated since the plan was frozen; nothing could be read back; what the target has consumed is not known',
    run: { readBack: null },
  });
  expect(consumedPast(world)).toEqual([]);
});
