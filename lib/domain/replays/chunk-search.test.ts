import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicName } from '../kernel/brand.ts';
import { type SendingPlace, searchChunk } from './chunk-search.ts';
import { compareSendingOrder } from './manifest.ts';

const topic = fc.constantFrom('orders.v1', 'Orders', 'stock', 'éclair').map(topicName);
const at = fc.record({
  topic,
  partition: fc.integer({ min: 0, max: 3 }),
  offset: fc.bigInt({ min: 0n, max: 50n }),
});
const anyPlace: fc.Arbitrary<SendingPlace> = fc
  .tuple(at, fc.option(at, { nil: null }))
  .map(([own, origin]) => ({ ...own, origin }));
const key = (place: SendingPlace) =>
  JSON.stringify(place, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

describe('searchChunk', () => {
  it('finds the chunk of everything that a manifest has, with few looks, and names none for what stands before it', async () => {
    const places = fc.uniqueArray(anyPlace, { selector: key, minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 9 }), anyPlace, async (unsorted, size, other) => {
        const sorted = unsorted.toSorted(compareSendingOrder);
        const chunks = Math.ceil(sorted.length / size);
        let looks = 0;
        const search = (place: SendingPlace) =>
          searchChunk(
            chunks,
            async (index) => {
              looks += 1;
              return sorted[index * size] ?? null;
            },
            place,
          );
        for (const [index, place] of sorted.entries()) {
          looks = 0;
          expect(await search(place)).toBe(Math.floor(index / size));
          expect(looks).toBeLessThanOrEqual(Math.ceil(Math.log2(chunks + 1)));
        }
        const before = sorted[0] !== undefined && compareSendingOrder(other, sorted[0]) < 0;
        expect((await search(other)) === null).toBe(before);
      }),
    );
  });

  it('gives up where a chunk does not tell its first entry', async () => {
    const place = { topic: topicName('a'), partition: 0, offset: 0n, origin: null };
    expect(await searchChunk(3, async () => null, place)).toBeNull();
    expect(await searchChunk(0, async () => place, place)).toBeNull();
  });
});
