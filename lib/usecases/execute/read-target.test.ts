import { expect, it } from 'vitest';
import type { Stores } from '#lib/store/database.ts';
import { readTarget } from './read-target.ts';

type Partition = { status: string; lagRecords: bigint | null };
const now = new Date('2026-01-01T00:00:00Z');
const seen = (partitions: Partition[], more: { members?: number | null; asOf?: Date } = {}) => {
  const group = {
    groupId: 'g',
    members: 2,
    assignedMembers: 2,
    consumeRate: null,
    asOf: now,
    partitions,
    ...more,
  };
  const stores = { replayEvidence: { groups: async () => [group] } } as unknown as Stores;
  return readTarget(stores, now, 'main', ['g'], 'orders.retry');
};
const ok = { status: 'ok', lagRecords: 5n };
const unread = { status: 'unknown', lagRecords: null };

it('runs, with the lag of all that was ever committed', async () => {
  expect(await seen([ok, ok])).toEqual({ state: 'running', lagRecords: 10n, asOf: now });
  expect(await seen([ok, { status: 'never_committed', lagRecords: null }])).toMatchObject({
    ...{ state: 'running', lagRecords: 5n },
  });
});

it('a partition that could not be read makes lag and state unknown, not less', async () => {
  expect(await seen([unread, unread])).toMatchObject({ state: 'unknown', lagRecords: null });
  expect(await seen([ok, unread])).toMatchObject({ state: 'unknown', lagRecords: null });
  expect(await seen([ok, { status: 'ok', lagRecords: null }])).toMatchObject({ lagRecords: null });
});

it('known and bad is said although something else is not known', async () => {
  expect(await seen([unread, { status: 'stalled', lagRecords: 9n }])).toMatchObject({ state: 'stalled' });
  expect(await seen([unread, { status: 'stopped', lagRecords: 9n }])).toMatchObject({ state: 'stopped' });
  expect(await seen([unread], { members: 0 })).toMatchObject({ state: 'stopped' });
});

it('a group of which nothing is told of this topic, or told long ago, is unknown', async () => {
  expect(await seen([])).toMatchObject({ state: 'unknown', lagRecords: null });
  expect(await seen([ok], { asOf: new Date(now.getTime() - 30_001) })).toMatchObject({ state: 'unknown' });
});
