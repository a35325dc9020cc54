import { describe, expect, it } from 'vitest';
import type { HoldingTransaction } from './holding-transactions.ts';
import { lookAtCluster } from './look.ts';
import { type ClusterMemory, type ClusterSight, emptyClusterMemory, type PartitionState } from './sight.ts';

const broker = (nodeId: number) => ({ nodeId, host: `b${nodeId}`, port: 9092 });
const partition = (id: number, more: Partial<PartitionState> = {}): PartitionState => ({
  topic: 'orders.v1',
  partition: id,
  leader: 1,
  replicas: [1, 2, 3],
  inSyncReplicas: [1, 2, 3],
  minInSync: 2,
  ...more,
});
const reads = (groupId: string, partitionId: number, committed: bigint | null = 5n) => ({
  groupId,
  reads: [{ topic: 'orders.v1', partition: partitionId, committed }],
});
const sight = (more: Partial<ClusterSight> = {}): ClusterSight => ({
  atMs: 1_000_000,
  brokers: [1, 2, 3].map(broker),
  partitions: [0, 1, 2].map((id) => partition(id)),
  controller: { known: true, nodeId: 1 },
  holding: [],
  unreadOffsets: [],
  unreadGroups: [],
  rebalances: new Map(),
  groups: [reads('payments', 0), reads('audit', 2)],
  offsetsTopic: [],
  ...more,
});
const look = (of: ClusterSight, memory: ClusterMemory = emptyClusterMemory) => lookAtCluster(of, memory);
const findings = (of: ClusterSight, memory?: ClusterMemory) => look(of, memory).look.findings;

describe('is it Kafka', () => {
  it('nothing is found where all is well, and every number is known', () => {
    const { findings: none, ...numbers } = look(sight()).look;
    expect(none).toEqual([]);
    expect(numbers).toEqual({
      controller: 1,
      brokersGone: 0,
      offlinePartitions: 0,
      underMinIsr: 0,
      notFullIsr: 0,
      hangingTransactions: 0,
      rebalancesPerHour: 0,
    });
  });

  it('a broker that was there is named with its time, and what it held is counted once each', () => {
    const { memory } = look(sight());
    const [offline, under, gone, thin, ...rest] = findings(
      sight({
        atMs: 1_040_000,
        brokers: [1, 3].map(broker),
        partitions: [
          partition(0, { leader: null, inSyncReplicas: [2], replicas: [2] }),
          partition(1, { inSyncReplicas: [1], replicas: [1, 2] }),
          partition(2, { inSyncReplicas: [1, 3] }),
        ],
      }),
      memory,
    );
    expect(offline).toMatchObject({
      code: 'partitions_offline',
      severity: 'act',
      groups: ['payments'],
      groupCount: 1,
    });
    expect(under).toMatchObject({ code: 'partitions_under_min_isr', severity: 'act', count: 1, groups: [] });
    expect(gone).toMatchObject({ code: 'brokers_gone', severity: 'warn', sinceMs: 1_000_000 });
    expect(gone?.sentence).toBe('Broker 2 (b2:9092) gone for 40 s.');
    expect(thin).toMatchObject({ code: 'partitions_not_full_isr', severity: 'warn', count: 1 });
    expect(rest).toEqual([]);
  });

  it('away for longer than a restart takes needs somebody; one without replicas was taken out', () => {
    const { memory } = look(sight());
    const later = { atMs: 1_200_000, brokers: [1, 3].map(broker) };
    expect(findings(sight(later), memory)[0]).toMatchObject({ code: 'brokers_gone', severity: 'act' });
    const without = [partition(0, { replicas: [1, 3], inSyncReplicas: [1, 3] })];
    const [left] = findings(sight({ ...later, partitions: without }), memory);
    expect(left).toMatchObject({ severity: 'info', sentence: expect.stringMatching(/taken out of service/) });
    const nextDay = { atMs: 1_000_000 + 90_000_000, brokers: [1, 3].map(broker), partitions: without };
    const carried = look(sight({ ...later, partitions: without }), memory).memory;
    const forgotten = look(sight(nextDay), carried).memory;
    expect(findings(sight({ ...nextDay, atMs: nextDay.atMs + 2_000 }), forgotten)).toEqual([]);
  });

  it('a broker that was never seen is known by the replicas on it', () => {
    const [gone] = findings(sight({ brokers: [1, 2].map(broker) }));
    expect(gone).toMatchObject({
      code: 'brokers_gone',
      sentence: 'Broker 3 (never seen) gone for at least 0 s.',
    });
  });

  it('groups that a dead broker coordinated follow from it', () => {
    const offsetsTopic = [0, 1].map((id) =>
      partition(id, { topic: '__consumer_offsets', replicas: [id + 1, 3], inSyncReplicas: [3] }),
    );
    const groups = ['g1', 'g2', 'g3', 'g4'].map((groupId) => ({ groupId, reads: [] }));
    const [gone] = findings(sight({ brokers: [1, 3].map(broker), offsetsTopic, groups }));
    // "g1".hashCode() is 3242, so g1 lives on partition 0, g2 on 1.
    expect(gone).toMatchObject({ code: 'brokers_gone', groups: ['g2', 'g4'] });
  });

  it('since when is carried from round to round, and begins anew after a good one', () => {
    const bad = { controller: { known: true, nodeId: null } as const };
    const first = look(sight(bad));
    const second = look(sight({ ...bad, atMs: 1_002_000 }), first.memory);
    expect(second.look.findings[0]).toMatchObject({ code: 'no_controller', sinceMs: 1_000_000 });
    const good = look(sight({ atMs: 1_004_000 }), second.memory);
    const again = look(sight({ ...bad, atMs: 1_006_000 }), good.memory);
    expect(again.look.findings[0]?.sinceMs).toBe(1_006_000);
  });

  it('a controller that moved is told for ten minutes; one that could not be asked is unknown, not absent', () => {
    const { memory } = look(sight());
    const moved = look(sight({ controller: { known: true, nodeId: 2 } }), memory);
    expect(moved.look.findings[0]).toMatchObject({ code: 'controller_changed', severity: 'info' });
    expect(
      findings(sight({ atMs: 1_700_000, controller: { known: true, nodeId: 2 } }), moved.memory),
    ).toEqual([]);
    expect(look(sight({ controller: { known: false } })).look).toMatchObject({
      controller: null,
      findings: [],
    });
  });

  it('a hanging transaction needs somebody; an open one only if a group waits for it', () => {
    const holding = (verdict: HoldingTransaction['verdict']): HoldingTransaction => ({
      producerId: '17',
      transactionalId: verdict === 'hanging' ? null : 'x',
      verdict,
      openSinceMs: 280_000,
      endsByMs: verdict === 'hanging' ? null : 1_060_000,
      partitions: [{ topic: 'orders.v1', partition: 0, lastStable: '88412', behind: '1204' }],
    });
    const [hanging] = findings(sight({ holding: [holding('hanging')] }));
    expect(hanging).toMatchObject({ code: 'transaction_hanging', severity: 'act', groups: ['payments'] });
    const [open] = findings(sight({ holding: [holding('open')] }));
    expect(open).toMatchObject({ code: 'transaction_open_long', severity: 'warn', sinceMs: 280_000 });
    expect(open?.sentence).toBe(
      'Transaction x (producer 17) open for 12 min holds back orders.v1-0 at 88,412: read_committed consumers wait there; 1,204 records behind it. Its coordinator aborts it in 60 s unless its producer ends it.',
    );
    const read = sight({ holding: [holding('open')], groups: [reads('payments', 0, 89_616n)] });
    expect(findings(read)[0]).toMatchObject({ severity: 'info', groups: [] });
    expect(look(sight({ holding: null })).look.hangingTransactions).toBeNull();
  });

  it('what could not be read and who rebalances all the time is said', () => {
    const found = findings(
      sight({
        unreadOffsets: [{ topic: 'orders.v1', partition: 2, why: 'timed out' }],
        unreadGroups: [{ groupId: 'audit', why: 'loading' }],
        rebalances: new Map([
          ['payments', 21],
          ['audit', 3],
        ]),
      }),
    );
    expect(found.map((each) => [each.code, each.groups])).toEqual([
      ['end_offsets_unreadable', ['audit']],
      ['groups_unreadable', ['audit']],
      ['rebalancing_often', ['payments']],
    ]);
  });

  it('min ISR that is not known is unknown, not fine', () => {
    expect(look(sight({ partitions: [partition(0, { minInSync: null })] })).look.underMinIsr).toBeNull();
  });
});
