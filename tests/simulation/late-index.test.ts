import { expect, it } from 'vitest';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { destinationTopic, sourceTopicId } from './dead-letters.ts';
import { comesAbout, execute, quietWorld, started } from './quiet-world.ts';
import { startTarget } from './target.ts';

/**
 * Executes a replay whose first record comes back, which the index reads in the very moment in which it is asked how far it has come, once everything was
 * consumed past and quiet for the settle time in this state.
 */
function executed(during: Replay['state']): Promise<Replay | null> {
  const { world, replay } = quietWorld(29);
  const { rows } = world.postgres.tables;
  startTarget(world);
  const { canary, plan } = started(world, replay);
  const settleMs = Math.max(canary.settleMs, plan?.verify.settleMs ?? 0);
  const answerOf = world.postgres.indexedUpTo;
  world.postgres.indexedUpTo = () => {
    const now = rows.replay.get(replay.id);
    const passedAt = now?.run?.passedAt;
    if (now?.state !== during || rows.letter.size > 0) return answerOf();
    if (!passedAt || world.timeline.date().getTime() <= Date.parse(passedAt) + settleMs) return new Date(0);
    const landed = { partition: 0, offset: 0n };
    const letter = { topicId: sourceTopicId, partition: 0, offset: 10_000n, at: world.timeline.date() };
    rows.letter.set('late', { topic: destinationTopic, landed, ...letter });
    return world.timeline.date();
  };
  return comesAbout(world, execute(world, replay));
}

it('a record whose return the index reads while the verification asks how far it is, came back', async () => {
  expect(await executed('verifying')).toMatchObject({
    state: 'came_back',
    stateReason: '1 record came back',
  });
});

it('a first batch of which the index reads a return while it is asked how far it is, is held', async () => {
  expect(await executed('canary')).toMatchObject({
    state: 'paused',
    resumesTo: 'canary',
    stateReason: expect.stringContaining('Gate came_back'),
  });
});
