import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRouting, destinationPartition, murmur2, partitionOfKey } from './routing.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('murmur2', () => {
  // Answers of org.apache.kafka.common.utils.Utils.murmur2 in kafka-clients 4.4.0.
  it.each([
    ['', 275646681],
    ['a', -1563381124],
    ['ab', 316155434],
    ['abc', 479470107],
    ['abcd', -1323649548],
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['order-1', 1221710326],
    ['é💥', 1399017342],
  ])('is that of the Java client for "%s"', (text, expected) => {
    expect(murmur2(bytes(text))).toBe(expected);
  });

  it('is that of the Java client for bytes with the sign bit set', () => {
    expect(murmur2(Uint8Array.of(0xff, 0x80, 0, 0xfe, 0x81, 0x90, 0xf0))).toBe(-1156731872);
  });
});

describe('destinationPartition', () => {
  const record = { key: bytes('order-1'), partition: 1, originPartition: 7 };

  it('follows the origin, modulo the count, or the key', () => {
    expect(destinationPartition('origin_partition', record, 12)).toBe(7);
    expect(destinationPartition('murmur2', record, 12)).toBe(partitionOfKey(bytes('order-1'), 12));
    expect(destinationPartition('murmur2', { ...record, key: null }, 4)).toBe(3);
    expect(destinationPartition('origin_partition', { ...record, originPartition: null }, 12)).toBe(1);
  });

  it('never leaves the destination', () => {
    fc.assert(
      fc.property(
        fc.option(fc.uint8Array(), { nil: null }),
        fc.nat(500),
        fc.option(fc.nat(500), { nil: null }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom('origin_partition' as const, 'murmur2' as const),
        (key, partition, originPartition, partitions, routing) => {
          const found = destinationPartition(routing, { key, partition, originPartition }, partitions);
          expect(found >= 0 && found < partitions).toBe(true);
        },
      ),
    );
  });
});

describe('chooseRouting', () => {
  it.each([
    [{ originPartitions: 6, destinationPartitions: 6, everyOriginKnown: true }, 'origin_partition'],
    [{ originPartitions: 6, destinationPartitions: 6, everyOriginKnown: false }, 'murmur2'],
    [{ originPartitions: 6, destinationPartitions: 3, everyOriginKnown: true }, 'murmur2'],
    [{ originPartitions: null, destinationPartitions: 3, everyOriginKnown: true }, 'murmur2'],
  ])('of %j is %s', (facts, routing) => {
    expect(chooseRouting(facts)).toBe(routing);
  });
});
