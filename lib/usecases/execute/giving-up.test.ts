import { describe, expect, it } from 'vitest';
import { BrokerFailure } from '#lib/broker/port/failure.ts';
import type { Replay } from '#lib/domain/replays/replay.ts';
import { givingUp, noFailure, oneMore } from './giving-up.ts';

const replay = { id: 'rp_1', destination: { topic: 'orders.retry' } } as unknown as Replay;
const away = new BrokerFailure('unreachable', 'No broker answers.');

describe('giving up', () => {
  it.each([
    ['many failures in a short time: a broker is restarted', 40, 119_000, null],
    ['few failures in a long time: calls run out of time', 7, 200_000, null],
    [
      'many in a long time',
      8,
      120_000,
      'The broker has failed for 2 min, 8 times in a row: No broker answers.',
    ],
  ])('%s', (_name, failures, forMs, said) =>
    expect(givingUp(replay, away, { failures, sinceMs: 0, forMs })?.message ?? null).toBe(said),
  );

  it('asks no more than three times for what is forbidden, and says what is missing', () => {
    const refused = new BrokerFailure('not_authorized', 'TOPIC_AUTHORIZATION_FAILED');
    const given = (failures: number) => givingUp(replay, refused, { failures, sinceMs: 0, forMs: 900 });
    expect(given(2)).toBeNull();
    expect(given(3)?.message).toMatch(/WRITE and DESCRIBE on orders\.retry/);
  });

  it.each([
    ['a broker that answers no more', away, /^The broker has failed for 2 min/, 'broker_errors'],
    [
      'a database that refuses a statement',
      Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }),
      /^The database has failed for 2 min/,
      'broker_errors',
    ],
    [
      'a database that is not there',
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      /^The database has failed for 2 min/,
      'broker_errors',
    ],
    [
      'a mistake of our own',
      new TypeError("Cannot read properties of undefined (reading 'offset')"),
      /^This worker has failed for 2 min, 8 times in a row: Cannot read/,
      null,
    ],
  ])('says whose failure it was: %s', (_name, error, said, gate) => {
    const given = givingUp(replay, error, { failures: 8, sinceMs: 0, forMs: 120_000 });
    expect([given?.message, given?.gate]).toEqual([expect.stringMatching(said), gate]);
  });

  it('counts from the first failure after a success', () => {
    const streak = oneMore(oneMore(noFailure, 1000), 4000);
    expect(streak).toEqual({ failures: 2, sinceMs: 1000, forMs: 3000 });
  });
});
