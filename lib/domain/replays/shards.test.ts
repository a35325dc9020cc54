import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ordinalsOf, packOwn } from './batch.ts';
import { shardOf, shardsFor } from './shards.ts';

const intentOf = (own: string | undefined) => ({
  left: [],
  startOffsets: [],
  sentHashes: '',
  ...(own !== undefined && { own }),
});

describe('shards', () => {
  it('share the entries of every range: each is one shard’s own, and batches remember which', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.array(fc.nat(11), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 4 }),
        (fromOrdinal, partitions, shards) => {
          const entries = partitions.map((destinationPartition, at) => ({
            ordinal: fromOrdinal + at,
            destinationPartition,
          }));
          const range = { fromOrdinal, toOrdinal: fromOrdinal + entries.length };
          const remembered = Array.from({ length: shards }, (_, shard) => {
            const own = entries.filter((entry) => shardOf(entry, shards) === shard);
            return [...ordinalsOf({ ...range, intent: intentOf(packOwn(range, own)) })];
          });
          expect(remembered.flat().sort((a, b) => a - b)).toEqual(entries.map(({ ordinal }) => ordinal));
        },
      ),
    );
  });

  it.each([
    ['few records', { records: 19_999, partitions: 12, diverts: false }, 1],
    ['many records', { records: 20_000, partitions: 12, diverts: false }, 4],
    ['fewer partitions than workers', { records: 1_000_000, partitions: 2, diverts: false }, 2],
    ['one partition', { records: 1_000_000, partitions: 1, diverts: false }, 1],
    ['something is diverted, which blocks its key', { records: 1_000_000, partitions: 12, diverts: true }, 1],
  ])('%s', (_, plan, shards) => {
    expect(shardsFor(plan)).toBe(shards);
  });
});
