import { describe, expect, it } from 'vitest';
import { frozenRecord } from '#fixtures/frozen-record.ts';
import { topicName } from '../kernel/brand.ts';
import { FrozenCount, mostRetriedRoots } from './frozen-facts.ts';
import type { FrozenRecord } from './frozen-record.ts';

const countOf = (...records: FrozenRecord[]): FrozenCount => {
  const count = new FrozenCount({ attempts: true });
  for (const record of records) count.add(record);
  return count;
};
const origin = (partition: number, topic = 'orders') => ({ topic: topicName(topic), partition, offset: 1n });
const divert = 'breaks_contract' as const;

describe('what is said of a frozen set as a whole', () => {
  it('has its span, what is alike in it, and where it lies', () => {
    const carried = 'ab'.repeat(16);
    const count = countOf(
      frozenRecord(5, { carried, partition: 2 }),
      frozenRecord(7, { carried, partition: 1 }),
      frozenRecord(4, { carried, partition: 2 }),
      frozenRecord(8, { partition: 2, divert }),
    );
    expect(count.facts()).toEqual({
      ...{ records: 4, diverted: 1, missingOrigins: 3, maxAttempt: 1, duplicates: 2 },
      oldestAt: new Date(1_700_000_000_004).toISOString(),
      newestAt: new Date(1_700_000_000_008).toISOString(),
      partitions: [
        { partition: 1, first: '7', last: '7', records: 1 },
        { partition: 2, first: '4', last: '8', records: 3 },
      ],
      oldestOriginalMs: 1_700_000_000_004,
      // What is diverted has the number of the attempts before it: this one had one.
      ...{ retried: 1, retriedRoots: ['root-8'] },
    });
  });

  it('says nothing of times where there is nothing', () => {
    expect(countOf().facts()).toMatchObject({ records: 0, oldestAt: null, newestAt: null, partitions: [] });
  });

  it('has the oldest time that original timestamps would write: of the original where it is known, and of what is sent on alone', () => {
    const atMs = 1_700_000_000_000;
    const oldestOf = (...records: FrozenRecord[]) => countOf(...records).facts().oldestOriginalMs;
    const sent = frozenRecord(0, { atMs, originTimestampMs: atMs - 90_000 });
    expect(oldestOf(frozenRecord(1, { atMs }), sent)).toBe(atMs - 90_000);
    // The dead letter may be older than what its headers call the original.
    expect(oldestOf(frozenRecord(0, { atMs, originTimestampMs: atMs + 5 }))).toBe(atMs + 5);
    const diverted = frozenRecord(2, { divert, originTimestampMs: 0 });
    expect(oldestOf(sent, diverted)).toBe(atMs - 90_000);
    expect(oldestOf(diverted)).toBeNull();
  });

  it('counts what was sent before, a second attempt or a diverted one that had any', () => {
    const facts = countOf(
      frozenRecord(0),
      frozenRecord(1, { attempt: 3 }),
      frozenRecord(2, { attempt: 0, divert }),
      frozenRecord(3, { attempt: 2, divert }),
    ).facts();
    expect(facts).toMatchObject({ retried: 2, retriedRoots: ['root-1', 'root-3'], maxAttempt: 3 });
  });

  it('counts of what is no attempt itself, as a move into a quarantine, each that had any', () => {
    const count = new FrozenCount({ attempts: false });
    for (const attempt of [0, 1, 2]) count.add(frozenRecord(attempt, { attempt }));
    expect(count.facts()).toMatchObject({ retried: 2, retriedRoots: ['root-1', 'root-2'], maxAttempt: 2 });
  });

  it('names no more of their roots than are asked about, the oldest first', () => {
    const count = new FrozenCount({ attempts: true });
    for (let at = 0; at <= mostRetriedRoots; at++) count.add(frozenRecord(at, { attempt: 2 }));
    const { retried, retriedRoots } = count.facts();
    expect([retried, retriedRoots.length, retriedRoots.at(-1)]).toEqual([
      mostRetriedRoots + 1,
      mostRetriedRoots,
      `root-${mostRetriedRoots - 1}`,
    ]);
  });
});

describe('the partition count that all origins share', () => {
  const orders = countOf(frozenRecord(0, { origin: origin(0) }), frozenRecord(1, { origin: origin(2) }));
  const counts = (entries: Record<string, number>) => new Map(Object.entries(entries));

  it('is that of their topics', () => {
    expect(orders.sharedOriginPartitions(counts({ orders: 3, payments: 7 }))).toBe(3);
    const two = countOf(
      frozenRecord(0, { origin: origin(0) }),
      frozenRecord(1, { origin: origin(1, 'payments') }),
    );
    expect(two.sharedOriginPartitions(counts({ orders: 3, payments: 3 }))).toBe(3);
    expect(two.sharedOriginPartitions(counts({ orders: 3, payments: 4 }))).toBeNull();
  });

  it('is none where a topic is not there, or has fewer partitions than an origin says', () => {
    expect(orders.sharedOriginPartitions(counts({ payments: 3 }))).toBeNull();
    expect(orders.sharedOriginPartitions(counts({ orders: 2 }))).toBeNull();
  });

  it('is none where an origin is not known, unless its record is diverted', () => {
    const known = frozenRecord(0, { origin: origin(0) });
    expect(countOf(known, frozenRecord(1)).sharedOriginPartitions(counts({ orders: 3 }))).toBeNull();
    const diverted = frozenRecord(1, { divert, origin: origin(0, 'payments') });
    expect(countOf(known, diverted).sharedOriginPartitions(counts({ orders: 3 }))).toBe(3);
    expect(countOf(diverted).sharedOriginPartitions(counts({ payments: 3 }))).toBeNull();
  });
});
