import { describe, expect, it } from 'vitest';
import { evaluatePartition } from './evaluate.ts';
import { offsetLag } from './offsets.ts';
import type { LagStatus } from './status.ts';
import { addPoll, emptyWindow, type PartitionWindow } from './window.ts';

type Traffic = {
  name: string;
  /** Seconds from one record to the next. */
  everySeconds: number;
  /** Seconds that one record takes to process; records wait for each other. */
  workSeconds: number;
  commitEverySeconds: number;
};

/** An hour (of accelerated data) of polls every 2 s. Answers every status but ok, with when. */
function alarms({ everySeconds, workSeconds, commitEverySeconds }: Traffic): [number, LagStatus][] {
  let window: PartitionWindow = emptyWindow;
  const found: [number, LagStatus][] = [];
  let [done, committed] = [0, 0];
  let readyAt: number | null = null;
  for (let second = 0; second <= 3_600; second++) {
    const end = Math.floor(second / everySeconds);
    if (readyAt !== null && second >= readyAt) [done, readyAt] = [done + 1, null];
    if (readyAt === null && done < end) readyAt = second + workSeconds;
    if (second % commitEverySeconds === 0) committed = done;
    if (second % 2 !== 0) continue;
    const offsets = {
      committed: BigInt(committed),
      logStart: 0n,
      lastStable: BigInt(end),
      highWatermark: BigInt(end),
    };
    const poll = {
      ...offsets,
      ...offsetLag(offsets),
      atMs: second * 1_000,
      previousMs: second === 0 ? null : second * 1_000 - 2_000,
      assigned: true,
    };
    window = addPoll(window, poll);
    const status = evaluatePartition({
      poll,
      committedKnown: true,
      window,
      orphaned: false,
      stalledAfterMs: 30_000,
    });
    if (status !== 'ok') found.push([second, status]);
  }
  return found;
}

describe('no false alarm in an hour of', () => {
  it.each<Traffic>([
    { name: 'one record a minute', everySeconds: 60, workSeconds: 0, commitEverySeconds: 5 },
    {
      name: 'one record a minute, 20 s of work each',
      everySeconds: 60,
      workSeconds: 20,
      commitEverySeconds: 5,
    },
    { name: 'one record every 10 min', everySeconds: 600, workSeconds: 1, commitEverySeconds: 5 },
    {
      name: 'a record every 5 s, committed every 5 s',
      everySeconds: 5,
      workSeconds: 1,
      commitEverySeconds: 5,
    },
    {
      name: 'a record a second, committed every 5 s',
      everySeconds: 1,
      workSeconds: 0,
      commitEverySeconds: 5,
    },
    {
      name: 'a record every 12 s, 8 s of work each',
      everySeconds: 12,
      workSeconds: 8,
      commitEverySeconds: 5,
    },
  ])('$name', (traffic) => expect(alarms(traffic)).toEqual([]));

  it('but one that cannot keep up is named', () => {
    const found = alarms({ name: '', everySeconds: 2, workSeconds: 8, commitEverySeconds: 5 });
    expect(found.length).toBeGreaterThan(1_000);
    expect(new Set(found.map(([, status]) => status))).toEqual(new Set(['lagging']));
  });
});
