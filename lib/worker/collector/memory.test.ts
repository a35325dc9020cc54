import { describe, expect, it } from 'vitest';
import { partitionReading } from '#fixtures/lag.ts';
import { addPoll, emptyWindow } from '#lib/domain/lag/window.ts';
import { windowOf } from './memory.ts';

describe('the window that a stored reading amounts to', () => {
  const behind = partitionReading({
    committed: 40n,
    highWatermark: 100n,
    lagRecords: 60n,
    committedSinceMs: 5_000,
    stuckSinceMs: 5_000,
    rewoundFrom: { offset: 70n, atMs: 4_000 },
  });
  const poll = {
    committed: 40n,
    logStart: 0n,
    lastStable: 100n,
    highWatermark: 100n,
    lagRecords: 60n,
    lagStableRecords: 60n,
    expiredRecords: 0n,
    atMs: 30_000,
    previousMs: null,
    assigned: true,
  };

  it('goes on as if the collector had never stopped', () => {
    const next = addPoll(windowOf(behind, 10_000) ?? emptyWindow, poll);
    expect(next).toMatchObject({
      stuckSinceMs: 5_000,
      committedSinceMs: 5_000,
      rewoundFrom: { offset: 70n, atMs: 4_000 },
    });
  });
  it('sees what moved in the meantime', () => {
    const window = windowOf(behind, 10_000) ?? emptyWindow;
    expect(addPoll(window, { ...poll, committed: 90n, lagRecords: 10n })).toMatchObject({
      committedSinceMs: 30_000,
      rewoundFrom: null,
    });
    expect(addPoll(window, { ...poll, committed: 10n, lagRecords: 90n }).rewoundFrom).toEqual({
      offset: 70n,
      atMs: 30_000,
    });
  });
  it('there is none where nothing was known', () =>
    expect(windowOf(partitionReading({ committed: null, lagRecords: null }), 0)).toBeNull());
});
