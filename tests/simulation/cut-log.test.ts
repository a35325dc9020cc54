import { expect, it } from 'vitest';
import { destinationTopic } from './dead-letters.ts';
import { comesAbout, execute, executeUntil, quietWorld, started } from './quiet-world.ts';
import { startTarget } from './target.ts';

it('of a destination whose log was cut back the records that are gone are missing, and no time is spent waiting for them', async () => {
  const { world, replay } = quietWorld(29);
  startTarget(world);
  started(world, replay);
  const cut = async () => {
    await executeUntil(world, replay, 'before_audit', 2);
    // An unclean leader election.
    world.kafka.log(destinationTopic, 0).slots.splice(4);
    world.targetStopped = true;
    return execute(world, replay);
  };
  const ended = await comesAbout(world, cut());
  expect(ended?.run?.readBack).toMatchObject({ checked: 11, equal: 3, missing: [3, 4, 5, 6, 7, 8, 10, 11] });
  expect(ended).toMatchObject({
    state: 'indeterminate',
    stateReason: expect.stringMatching(/^8 records not found where they were sent/),
  });
});
