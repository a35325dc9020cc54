import { expect, it } from 'vitest';
import type { ClusterConnection } from '#lib/broker/port/cluster.ts';
import type { OffsetKind, TopicPartition } from '#lib/broker/port/groups.ts';
import { heldBack } from './held-back.ts';

/** Records landed at 600 of partitions 0 and 1. */
const landings = [0, 1].map((partition) => ({ partition, first: 600n, last: 600n }));

const toldWith = (lastStable: readonly bigint[], highWatermark: readonly bigint[]) => {
  const listOffsets = async (asked: readonly TopicPartition[], kind: OffsetKind) =>
    asked.map((each) => ({
      ...each,
      offset: (kind === 'last_stable' ? lastStable : highWatermark)[each.partition] ?? null,
      failure: null,
    }));
  const cluster = { groups: { listOffsets } } as unknown as ClusterConnection;
  return heldBack({ cluster, landings }, 'orders');
};

it('says nothing of what can be read', async () => {
  expect(await toldWith([601n, 601n], [601n, 601n])).toBeNull();
});

it('says that an open transaction hides what stands behind the last stable offset', async () => {
  const told = await toldWith([601n, 500n], [601n, 700n]);
  expect(told?.gone).toBe(false);
  expect(told?.reason).toMatch(/^Waiting: an open transaction of another producer on orders \(partition 1\)/);
});

it('says that a log which was cut back has lost it, and waits for nobody', async () => {
  const told = await toldWith([500n, 601n], [500n, 601n]);
  expect(told?.gone).toBe(true);
  expect(told?.reason).toMatch(/^The log of orders \(partition 0\) ends before records/);
});

it('waits where one partition was cut back and another is hidden only', async () => {
  const told = await toldWith([500n, 500n], [500n, 700n]);
  expect(told).toMatchObject({ gone: false, reason: expect.stringContaining('(partition 1)') });
});
