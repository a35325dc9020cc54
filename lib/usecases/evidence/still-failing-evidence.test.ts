import { describe, expect, it } from 'vitest';
import { mostArrivals } from '#lib/store/replay-evidence.ts';
import type { EvidenceContext } from './context.ts';
import { stillFailingEvidence } from './still-failing-evidence.ts';

const now = new Date('2026-11-27T12:00:00.000Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

type World = {
  index: { behindRecords: bigint; asOf: Date } | null;
  /** Of each partition of the flow's topic, by group. */
  rates: readonly (readonly (number | null)[])[];
  newestAgoMs: number;
  /** How long ago each failure arrived that is not frozen. */
  others: readonly number[];
  frozenAgoMs: number | null;
};
/** The group consumes 100 a second, the index is up to date, and the newest of what is frozen is an hour old. */
const quiet: World = {
  index: { behindRecords: 0n, asOf: now },
  rates: [[60, 40]],
  newestAgoMs: 3_600_000,
  others: [],
  frozenAgoMs: null,
};

const evidenceOf = (more: Partial<World>) => {
  const { index, rates, newestAgoMs, others, frozenAgoMs } = { ...quiet, ...more };
  return stillFailingEvidence({
    now,
    replay: { clusterId: 'c', cluster: 'main', source: { topic: 'orders.dlq', topicId: 't' } },
    frozen: { summary: { newestAt: ago(newestAgoMs).toISOString() } },
    flow: { topic: 'orders', groups: [{ id: 'payments' }] },
    frozenAt: frozenAgoMs === null ? null : ago(frozenAgoMs),
    othersSince: async (since: Date) => others.filter((ms) => ago(ms) >= since).length,
    stores: {
      replayEvidence: {
        indexBehind: async () => index,
        groups: async () =>
          rates.map((of) => ({
            asOf: now,
            // Of all topics: it says nothing of this one.
            consumeRate: 5000,
            partitions: of.map((consumeRate, partition) => ({ partition, consumeRate })),
          })),
      },
    },
  } as unknown as EvidenceContext);
};

describe('whether the failure still arrives', () => {
  it('is good where none arrived of what was consumed in half a minute, and warns of one', async () => {
    expect(await evidenceOf({})).toMatchObject({
      status: 'good',
      sentence: '0 such failures in the 3,000 records consumed in the last 30 s.',
      value: { arrivals: 0, consumed: 3000, ratio: 0 },
      denominator: 3000,
    });
    expect(await evidenceOf({ others: [29_000, 5000, 31_000] })).toMatchObject({
      status: 'warns',
      value: { arrivals: 2, ratio: 2 / 3000 },
    });
  });

  it.each([
    ['has not read the topic', null, 'The index has not read this topic yet.'],
    [
      'is behind',
      { behindRecords: 50_000n, asOf: now },
      "The index is 50,000 records behind the topic's end.",
    ],
    [
      'looked longer than a minute ago',
      { behindRecords: 0n, asOf: ago(60_001) },
      'The indexer has not looked at this topic within the last minute.',
    ],
  ])('is not known while the index %s', async (_what, index, why) => {
    expect(await evidenceOf({ index })).toMatchObject({
      ...{ status: 'unknown', why, value: { ratio: null }, denominator: null },
      sentence: 'Whether the failure still happens is not known.',
    });
    expect(await evidenceOf({ index, others: [1000] })).toMatchObject({
      ...{ status: 'warns', why, value: { arrivals: 1, ratio: null } },
      sentence: '1 such failure in the last 30 s; of how many consumed is not known.',
    });
  });

  it('is told of what was consumed of the topic, never of all that the group consumes', async () => {
    expect(await evidenceOf({ rates: [[60, null]] })).toMatchObject({
      status: 'unknown',
      why: 'How many records the group consumed is not measured.',
    });
    expect(await evidenceOf({ rates: [[]] })).toMatchObject({ status: 'unknown', denominator: null });
    expect(await evidenceOf({ rates: [[60, 40], []] })).toMatchObject({ denominator: 3000 });
    expect(await evidenceOf({ rates: [[0]] })).toMatchObject({
      status: 'unknown',
      why: 'The group consumed nothing in this time, so nothing could fail.',
    });
  });

  it('is asked of the time since the newest frozen record, which is too short to be good', async () => {
    expect(await evidenceOf({ newestAgoMs: 10_000, others: [12_000] })).toMatchObject({
      status: 'unknown',
      why: 'The newest of the frozen failures is not 30 s old.',
      value: { arrivals: 0, consumed: 1000, ratio: null, windowMs: 10_000 },
    });
    expect(await evidenceOf({ newestAgoMs: 10_000, others: [9000] })).toMatchObject({
      status: 'warns',
      sentence: '1 such failure in the 1,000 records consumed in the last 10 s.',
      value: { ratio: 1 / 1000 },
    });
  });

  it('names what has arrived since the plan was frozen, however long ago, and warns as long as there is any', async () => {
    expect(await evidenceOf({ frozenAgoMs: 600_000, others: [700_000, 500_000, 60_000] })).toMatchObject({
      status: 'warns',
      sentence:
        '0 such failures in the 3,000 records consumed in the last 30 s. 2 more arrived since this was frozen; not part of this replay.',
      value: { arrivals: 0, arrivedSince: 2, ratio: 0 },
    });
    expect(await evidenceOf({ frozenAgoMs: 600_000, others: [700_000] })).toMatchObject({
      status: 'good',
      value: { arrivedSince: 0 },
    });
    const many = Array.from({ length: mostArrivals }, () => 60_000);
    expect((await evidenceOf({ frozenAgoMs: 600_000, others: many })).sentence).toContain(
      'At least 10,000 more arrived since this was frozen',
    );
  });
});
