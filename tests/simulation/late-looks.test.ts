import { expect, it } from 'vitest';
import { LeaseLost } from '#lib/usecases/execute/interruption.ts';
import { observe } from '#lib/usecases/execute/observe.ts';
import { takeOver } from '#lib/usecases/execute/take-over.ts';
import { destinationTopic, targetGroup } from './dead-letters.ts';
import { comesAbout, endOf, freeLease, quietWorld } from './quiet-world.ts';
import { executionOf } from './worker.ts';

it('a worker that was stopped while it looked at the target writes nothing of that once another has the replay', async () => {
  const { world, replay } = quietWorld();
  const { rows } = world.postgres.tables;
  const deps = executionOf(world, world.newProcess('worker'));
  const { leases } = deps.database.stores;
  const lookLate = async () => {
    const lease = await freeLease(deps, replay, 3000);
    const session = await takeOver(deps, replay, lease, 0);
    session.landings.push({ partition: 0, first: 0n, last: 2n });
    await observe(deps, replay, session);
    expect([...rows.watermark.values()]).toHaveLength(1);
    rows.watermark.clear();
    await leases.release(lease);
    await leases.acquire(lease.name, 'another', 3000);
    await observe(deps, replay, session);
  };
  expect(await endOf(world, lookLate())).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
  expect([...rows.watermark.values()]).toEqual([]);
});

it('what a group has committed past the end of the log is not taken as consumed', async () => {
  const { world, replay } = quietWorld(29);
  const deps = executionOf(world, world.newProcess('worker'));
  const append = (records: number) => {
    const { slots } = world.kafka.log(destinationTopic, 0);
    for (let n = 0; n < records; n++) slots.push({ state: 'committed', producerId: -1, record: null });
  };
  const looks = async () => {
    const session = await takeOver(deps, replay, await freeLease(deps, replay, 3000), 0);
    session.landings.push({ partition: 0, first: 0n, last: 2n });
    append(3);
    world.kafka.coordinator.commitOf(targetGroup, destinationTopic, 0, 4n);
    const tooFar = await observe(deps, replay, session);
    world.kafka.coordinator.commitOf(targetGroup, destinationTopic, 0, 3n);
    return [tooFar.passed, (await observe(deps, replay, session)).passed];
  };
  expect(await comesAbout(world, looks())).toEqual([0, 3]);
});
