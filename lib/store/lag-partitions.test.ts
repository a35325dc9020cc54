import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartitionReading } from '#lib/domain/lag/group.ts';
import { lagStatuses } from '#lib/domain/lag/status.ts';
import { packPartitions, unpackPartitions } from './lag-partitions.ts';

const offset = fc.option(
  fc.oneof(fc.constantFrom(0n, 5n), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 63n - 1n })),
);
const number = fc.option(
  fc.oneof(fc.constantFrom(0, 7), fc.double({ min: 0, max: 4e12, noNaN: true, noDefaultInfinity: true })),
);
const reading: fc.Arbitrary<PartitionReading> = fc.record({
  topic: fc.string(),
  topicId: fc.option(fc.constantFrom('a', 'b')),
  partition: fc.nat({ max: 100_000 }),
  member: fc.option(fc.string()),
  host: fc.option(fc.constantFrom('10.0.0.1', '10.0.0.2')),
  committed: offset,
  logStart: offset,
  lastStable: offset,
  highWatermark: offset,
  lagRecords: offset,
  lagStableRecords: offset,
  expiredRecords: offset,
  unreadSinceMs: number,
  lagMsMethod: fc.constantFrom(null, 'interpolated' as const, 'record' as const),
  lagMsError: number,
  status: fc.constantFrom(...lagStatuses),
  consumeRate: number,
  produceRate: number,
  drainMs: number,
  drainRange: fc.option(
    fc
      .tuple(fc.nat(), fc.option(fc.nat()))
      .map(([low, high]): readonly [number, number | null] => [low, high]),
  ),
  expiresAtMs: number,
  committedSinceMs: number,
  stuckSinceMs: number,
  rewoundFrom: fc.option(fc.record({ offset: fc.bigInt({ min: 0n, max: 2n ** 62n }), atMs: fc.nat() })),
});

describe('packed partitions', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 12 }), (partitions) => {
        expect(unpackPartitions(packPartitions(partitions))).toEqual(partitions);
      }),
    );
  });

  it('cost little for a group that keeps up', () => {
    const idle = (partition: number): PartitionReading => ({
      topic: 'orders.v1',
      topicId: 'abc',
      partition,
      member: 'consumer-1',
      host: '10.0.0.1',
      committed: BigInt(1_000 + partition),
      logStart: 0n,
      lastStable: BigInt(1_000 + partition),
      highWatermark: BigInt(1_000 + partition),
      lagRecords: 0n,
      lagStableRecords: 0n,
      expiredRecords: 0n,
      unreadSinceMs: null,
      lagMsMethod: 'interpolated',
      lagMsError: 0,
      status: 'ok',
      consumeRate: 0,
      produceRate: 0,
      drainMs: 0,
      drainRange: null,
      expiresAtMs: null,
      committedSinceMs: null,
      stuckSinceMs: null,
      rewoundFrom: null,
    });
    const partitions = Array.from({ length: 100 }, (_, partition) => idle(partition));
    expect(packPartitions(partitions).length / 100).toBeLessThan(36);
  });

  it('refuse what is not theirs', () => {
    expect(() => unpackPartitions(Buffer.from([9, 0, 0, 0]))).toThrow(RangeError);
    expect(() => unpackPartitions(packPartitions([]).subarray(0, 5))).toThrow(RangeError);
  });
});
