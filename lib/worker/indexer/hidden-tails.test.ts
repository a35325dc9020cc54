import { expect, it } from 'vitest';
import { HiddenTails } from './hidden-tails.ts';

const place = { topicId: 'dlq', partition: 0 };
const at = (ms: number) => new Date(ms);

it('a log without an open transaction is seen up to each look', () => {
  const tails = new HiddenTails();
  expect(tails.seenUpTo(place, { lastStable: 0n, highWatermark: 0n, at: at(1) }, undefined)).toEqual(at(1));
  expect(tails.seenUpTo(place, { lastStable: 7n, highWatermark: 7n, at: at(2) }, at(1))).toEqual(at(2));
});

it('while one hides what was written, time stands still, and goes on to the look that all of is out in the open', () => {
  const tails = new HiddenTails();
  const look = (lastStable: bigint, highWatermark: bigint, ms: number, before: Date) =>
    tails.seenUpTo(place, { lastStable, highWatermark, at: at(ms) }, before).getTime();
  expect(look(5n, 9n, 100, at(50)), 'hidden up to 9').toBe(50);
  expect(look(5n, 12n, 200, at(50)), 'still').toBe(50);
  expect(look(8n, 12n, 300, at(50)), 'a part of it').toBe(50);
  expect(look(9n, 15n, 400, at(50)), 'what the first look knew of').toBe(100);
  expect(look(14n, 15n, 500, at(100)), 'not yet what the next did').toBe(100);
  expect(look(15n, 18n, 600, at(100)), 'a log that never rests is followed all the same').toBe(400);
  expect(look(18n, 18n, 700, at(400))).toBe(700);
});

it('a partition that was hidden from the first look on has been seen up to no time', () => {
  const tails = new HiddenTails();
  expect(tails.seenUpTo(place, { lastStable: 0n, highWatermark: 3n, at: at(100) }, undefined)).toEqual(at(0));
  expect(
    tails.seenUpTo({ ...place, partition: 1 }, { lastStable: 3n, highWatermark: 3n, at: at(100) }, undefined),
  ).toEqual(at(100));
});
