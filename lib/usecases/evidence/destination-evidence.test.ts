import { describe, expect, it } from 'vitest';
import type { DeclaredGroup } from '#lib/domain/flows/flow.ts';
import { groupId } from '#lib/domain/kernel/brand.ts';
import type { EvidenceContext, PlanningContext } from './context.ts';
import { fanOutEvidence, isolationEvidence, writeDiffEvidence } from './destination-evidence.ts';

const now = new Date('2026-11-27T12:00:00.000Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

const declared = (id: string, more: Partial<DeclaredGroup> = {}) => ({
  groups: [{ id: groupId(id), isolation: 'read_committed' as const, replaySafe: true, ...more }],
});
const payments = declared('payments');
const contextOf = (more: object) =>
  ({
    now,
    diversion: null,
    replay: { cluster: 'main' },
    destination: { kind: 'retry', topic: 'orders.retry', targetGroups: ['payments'] },
    flow: payments,
    flows: [payments],
    ...more,
  }) as unknown as EvidenceContext;
const fanOutOf = (seen: { groups: string[]; asOf: Date } | null, more: object = {}) =>
  fanOutEvidence(contextOf({ stores: { replayEvidence: { readersOf: async () => seen } }, ...more }));
const toOrigin = { kind: 'origin', topic: 'orders', targetGroups: ['payments'] };

describe('who reads the destination', () => {
  it('is as the collector saw it within the last minute', async () => {
    const groups = ['payments'];
    expect(await fanOutOf({ groups, asOf: ago(60_000) })).toMatchObject({ status: 'good' });
    expect(await fanOutOf({ groups, asOf: ago(60_001) })).toMatchObject({
      status: 'unknown',
      sentence: 'Which groups read orders.retry is not known.',
      why: 'The collector has not seen this cluster within the last minute.',
      value: { groups: [{ group: 'payments' }], readers: null, unsafe: null },
      denominator: null,
    });
    expect(await fanOutOf(null)).toMatchObject({ status: 'unknown' });
  });

  it('blocks or warns of others, however long ago they were seen: what is known to be bad stays so', async () => {
    const seen = { groups: ['billing', 'payments'], asOf: ago(3 * 3_600_000) };
    expect(await fanOutOf(seen)).toMatchObject({ status: 'warns', value: { readers: null } });
    expect(await fanOutOf(seen, { destination: toOrigin })).toMatchObject({ status: 'blocks' });
  });

  it('takes a group as any flow of the cluster declares it, and as unsafe where one of them does', async () => {
    const seen = { groups: ['inventory', 'payments'], asOf: now };
    const withOther = (...others: object[]) =>
      fanOutOf(seen, { destination: toOrigin, flows: [payments, ...others] });
    expect(await withOther(declared('inventory'))).toMatchObject({
      status: 'warns',
      value: { unsafe: 0, groups: [{ group: 'inventory', replaySafe: true }, { group: 'payments' }] },
    });
    expect(await withOther()).toMatchObject({ status: 'blocks', value: { unsafe: 1 } });
    expect(
      await withOther(declared('inventory'), declared('inventory', { replaySafe: false })),
    ).toMatchObject({ status: 'blocks', value: { unsafe: 1 } });
  });
});

describe('how the readers treat aborted transactions', () => {
  const shipments = { kind: 'topic', topic: 'shipments', targetGroups: ['shipping'] };
  const isolationOf = (...others: object[]) =>
    isolationEvidence(contextOf({ destination: shipments, flows: [payments, ...others] }));

  it('is as the flow declares it that consumes the destination', () => {
    expect(isolationOf(declared('shipping'))).toMatchObject({
      status: 'good',
      sentence: 'shipping reads committed only.',
    });
    expect(isolationOf(declared('shipping', { isolation: null }))).toMatchObject({
      status: 'warns',
      sentence: 'shipping reads uncommitted (undeclared): may see aborted attempts.',
    });
  });

  it('is not known where no flow declares a group for it', () => {
    expect(isolationOf()).toMatchObject({
      status: 'unknown',
      why: 'No flow declares the groups of this destination.',
    });
  });
});

describe('what is written', () => {
  const dayMs = 86_400_000;
  const config = {
    'max.message.bytes': '1000000',
    'cleanup.policy': 'delete',
    'retention.ms': String(7 * dayMs),
  };
  /** Twelve of 400 frozen records, which are dead letters of a minute ago, are sent on. */
  const writeDiffOf = (originalAgeMs: number | null, limits: object = {}, timestamp = 'original') =>
    writeDiffEvidence({
      ...contextOf({
        target: { partitions: 3, config: new Map(Object.entries({ ...config, ...limits })) },
        policy: { timestamp, removeHeaders: [] },
        replay: { bounds: { maxRecords: 10_000 } },
        frozen: { summary: { records: 400, oldestAt: ago(60_000).toISOString() } },
      }),
      ...{ routing: 'murmur2', largestBytes: 100, tombstones: 0, sentOn: 12 },
      oldestOriginalMs: originalAgeMs === null ? null : now.getTime() - originalAgeMs,
    } as unknown as PlanningContext);

  it('is told of what is sent on', () => {
    expect(writeDiffOf(0)).toMatchObject({ status: 'good', denominator: 12 });
  });

  it('blocks original timestamps that the retention of the destination would delete at once', () => {
    expect(writeDiffOf(7 * dayMs)).toMatchObject({ status: 'good' });
    expect(writeDiffOf(7 * dayMs + 1)).toMatchObject({
      status: 'blocks',
      sentence:
        'The policy keeps original timestamps, and the retention of orders.retry would delete such records at once.',
    });
    expect(writeDiffOf(8 * dayMs, {}, 'replay')).toMatchObject({ status: 'good' });
    expect(writeDiffOf(8 * dayMs, { 'retention.ms': '-1' })).toMatchObject({ status: 'good' });
    expect(writeDiffOf(8 * dayMs, { 'cleanup.policy': 'compact' })).toMatchObject({ status: 'good' });
    expect(writeDiffOf(null)).toMatchObject({ status: 'good' });
  });

  it('is not known with original timestamps where the broker does not tell its retention', () => {
    expect(writeDiffOf(0, { 'retention.ms': null })).toMatchObject({
      status: 'unknown',
      why: 'The broker did not tell its retention.',
    });
  });
});
