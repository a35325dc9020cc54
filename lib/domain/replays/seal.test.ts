import { describe, expect, it } from 'vitest';
import { groupId, topicId, topicName } from '../kernel/brand.ts';
import { type AnySealFields, type SealFields, sealDigest } from './seal.ts';
import type { SealFieldsOfFormat1 } from './seal-format-1.ts';

const common = {
  clusterId: 'cluster',
  replayId: 'r-1',
  requester: 'user-ana',
  manifestRoot: 'a'.repeat(64),
  destination: { topicId: 't-1', topic: 'orders.retry', kind: 'retry', partitions: 6, routing: 'murmur2' },
  bounds: { maxRecords: 10, maxBytes: 1000, recordsPerSecond: 5, maxDurationMs: 60_000 },
  canary: { records: 2, settleMs: 1000, maxCameBackRatio: 0 },
  ramp: [1, 100],
  gates: { maxCameBackRatio: 0.02, maxTargetLagGrowth: 50, onFail: 'pause', targetGroups: [groupId('g')] },
  verify: { waitMs: 1000, settleMs: 100 },
  headerChanges: { add: ['a'], remove: ['b'], removeFailureHeaders: true, timestamp: 'replay' },
  edits: [],
  evidenceHash: 'b'.repeat(64),
  policyHash: 'c'.repeat(64),
  autoStart: false,
} satisfies Omit<SealFieldsOfFormat1, 'formatVersion'>;
const first: SealFieldsOfFormat1 = { formatVersion: 1, ...common };
const fields: SealFields = {
  ...common,
  formatVersion: 2,
  purpose: 'replay',
  cluster: 'main',
  flow: 'payments',
  preparedBy: ['user-ana'],
  reason: 'the provider is back',
  ticket: 'INC-1',
  source: { topic: topicName('orders.dlq'), topicId: 't-0', selection: { all: true } },
  manifest: {
    root: 'a'.repeat(64) as SealFields['manifest']['root'],
    records: 2,
    leftOut: 1,
    leftOutReasons: { expired: 1 },
    bytes: 100,
    keys: 2,
    oldestAt: '2026-01-01T00:00:00.000Z',
    newestAt: '2026-01-01T00:00:01.000Z',
    partitions: [{ partition: 0, first: '1', last: '2', records: 2 }],
  },
  orderingRequired: true,
  policyVersion: 3,
  policy: {
    version: 3,
    hash: 'c'.repeat(64) as SealFields['policy']['hash'],
    verdict: 'allowed',
    rules: [{ rule: 'approvals', effect: 'require', reason: '2 approvals' }],
    approvalsNeeded: 2,
  },
  frozenAt: '2026-01-01T00:01:00.000Z',
  approvalTtlMs: 1000,
  startTtlMs: 500,
  breakGlass: { allowed: false, reasons: ['the flow does not allow it'] },
  consequence: 'Sends 2 records.',
  undo: "Can't be undone.",
};

const diverting: SealFields = {
  ...fields,
  diversion: {
    topic: topicName('orders.quarantine'),
    topicId: topicId('t-2'),
    partitions: 1,
    records: 1,
    reasons: { breaks_contract: 1 },
    headers: { add: ['a'], remove: ['b'], removeFailureHeaders: false, timestamp: 'replay' },
    firstBatchEntries: 2,
  },
};

/** Every value in the fields, each replaced by another of its type. */
function* mutations(value: unknown, rebuild: (changed: unknown) => AnySealFields): Generator<AnySealFields> {
  if (typeof value === 'string') yield rebuild(`${value}x`);
  else if (typeof value === 'number') yield rebuild(value + 1);
  else if (typeof value === 'boolean') yield rebuild(!value);
  else if (Array.isArray(value)) {
    yield rebuild([...value, 'more']);
    for (const [index, item] of value.entries())
      yield* mutations(item, (changed) => rebuild(value.with(index, changed)));
  } else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value))
      yield* mutations(item, (changed) => rebuild({ ...value, [name]: changed }));
}

describe('sealDigest', () => {
  it('is another one for a preserve: an approved replay can not pass for one that nobody has to approve', () => {
    expect(sealDigest({ ...fields, purpose: 'preserve' })).not.toBe(sealDigest(fields));
  });

  it('is the same whatever the order of the keys', () => {
    const reversed = Object.fromEntries(Object.entries(fields).reverse()) as SealFields;
    expect(sealDigest(reversed)).toBe(sealDigest(fields));
  });

  it('changes when any field changes, at any depth', () => {
    const digests = [...mutations(diverting, (changed) => changed as SealFields)].map(sealDigest);
    expect(digests.length).toBeGreaterThan(60);
    expect(new Set([...digests, sealDigest(fields), sealDigest(diverting)]).size).toBe(digests.length + 2);
  });

  it('stays what it is: approvals that were given name it', () => {
    expect(sealDigest(fields)).toBe('9a425e6be139988e84da82206e3736339cce8134419626b9f3284b7a17f66f09');
    expect(sealDigest(first)).toBe('b9e587320b58fbeae4ff8aa0e5bbf3f21f5837bfe564ae8c6e03018237144f9d');
  });
});
