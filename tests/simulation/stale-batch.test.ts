import { expect, it } from 'vitest';
import { comesAbout, execute, quietWorld, started } from './quiet-world.ts';
import { startTarget } from './target.ts';
import { executionOf } from './worker.ts';

const refusedForMs = 20_000;
const staleMs = 5000;

it('a batch that waits for its turn again and again is read anew when what was read of it is old', async () => {
  const { world, replay } = quietWorld(29);
  startTarget(world);
  started(world, replay);
  const { timeline } = world;
  let readAtMs = 0;
  const ages: number[] = [];
  const own = executionOf(world, world.newProcess('observed'));
  const clusters = new Map(
    [...own.clusters].map(([name, cluster]) => {
      const fetch: typeof cluster.reader.fetch = (request) => {
        readAtMs = timeline.nowMs;
        return cluster.reader.fetch(request);
      };
      return [name, { ...cluster, reader: { ...cluster.reader, fetch } }] as const;
    }),
  );
  const { pace, batch } = world.postgres.tables.rows;
  // The other shards take the rate before this one comes to it.
  const takeRate = () => {
    if (timeline.nowMs > refusedForMs) return;
    const row = pace.get(replay.id);
    if (row) pace.set(replay.id, { ...row, nextSendAtMs: timeline.nowMs + 500 });
    timeline.after(400, takeRate);
  };
  takeRate();
  const reach = (point: string) => {
    if (point === 'intent_written') ages.push(timeline.nowMs - readAtMs);
  };
  // Nothing is read ahead: what is read last is what is sent.
  const batches = { ...own.batches, worthReadingAhead: 1000 };
  await comesAbout(world, execute(world, replay, { clusters, reach, batches }));
  expect(ages.length).toBe(batch.size);
  expect(Math.max(...ages)).toBeLessThanOrEqual(staleMs + 500);
});
