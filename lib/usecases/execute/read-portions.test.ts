import { expect, it } from 'vitest';
import { type OffsetRange, portionsOf, readPortions } from './read-portions.ts';

const range = (partition: number, from: bigint, to: bigint): OffsetRange => ({ partition, from, to });

it('a long range is cut, and partitions are read beside each other', () => {
  expect(portionsOf([range(0, 5n, 25n), range(1, 0n, 3n)], 10n)).toEqual([
    [range(0, 5n, 15n), range(1, 0n, 3n)],
    [range(0, 15n, 25n)],
  ]);
  expect(portionsOf([range(0, 5n, 5n)], 10n)).toEqual([]);
});

it('many short ranges are in several portions too, each once and in order', () => {
  const ranges = Array.from({ length: 50 }, (_, at) => range(0, BigInt(at * 1000), BigInt(at * 1000 + 1)));
  const portions = portionsOf(ranges, 1000n);
  expect(portions.length).toBeGreaterThan(3);
  expect(portions.flat()).toEqual(ranges);
});

it('portions are read one after the other, until there is enough', async () => {
  const seen: bigint[] = [];
  const readBack = {
    readRange: async ({ ranges }: { ranges: readonly OffsetRange[] }) => {
      for (const { from } of ranges) seen.push(from);
    },
  };
  const request = { topic: 't', ranges: [range(0, 0n, 250_000n)], timeoutMs: 1, onRecord: () => undefined };
  await readPortions(readBack, request);
  expect(seen).toEqual([0n, 100_000n, 200_000n]);
  await readPortions(readBack, request, () => seen.length > 4);
  expect(seen).toHaveLength(5);
});
