import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterId, sha256Hex, topicId, topicName } from '../kernel/brand.ts';
import {
  chunkRoot,
  decodeChunk,
  decodeEntry,
  divertReasons,
  encodeEntry,
  entriesPerChunk,
  inSendingOrder,
  type ManifestEntry,
  manifestRoot,
  sealChunks,
} from './manifest.ts';

const offset = fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n });
const sentOn: fc.Arbitrary<Omit<ManifestEntry, 'ordinal'>> = fc.record({
  clusterId: fc.constant(clusterId('c')),
  topicId: fc.constant(topicId('t')),
  topic: fc.constant(topicName('orders.dlq')),
  partition: fc.nat(5),
  offset,
  contentHash: fc.constant(sha256Hex('a'.repeat(64))),
  keyHash: fc.option(fc.string(), { nil: null }),
  lineageRoot: fc.string(),
  attempt: fc.integer({ min: 1, max: 5 }),
  destinationPartition: fc.nat(5),
  bytes: fc.nat(),
  originTimestampMs: fc.option(fc.nat(), { nil: null }),
  convention: fc.constantFrom('spring-kafka', 'none'),
  origin: fc.option(
    fc.record({ topic: fc.constantFrom('a', 'b').map(topicName), partition: fc.nat(3), offset }),
    { nil: null },
  ),
});

const entry = fc
  .tuple(sentOn, fc.option(fc.constantFrom(...divertReasons), { nil: undefined }))
  .map(([rest, divert]): Omit<ManifestEntry, 'ordinal'> => (divert ? { ...rest, divert } : rest));

describe('a manifest entry', () => {
  it('survives its canonical line, also past 2^53', () => {
    fc.assert(
      fc.property(entry, fc.nat(), (rest, ordinal) => {
        const whole = { ordinal, ...rest };
        const line = encodeEntry(whole);
        expect(line).not.toContain('\n');
        expect(decodeEntry(line)).toEqual(whole);
      }),
    );
  });

  it('is written as JSON writes it, whatever a header put into it', () => {
    const hostile = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(entry, fc.nat(), hostile, hostile, (rest, ordinal, root, topic) => {
        const origin = rest.origin && { ...rest.origin, topic: topicName(topic) };
        const { divert, ...whole } = { ordinal, ...rest, lineageRoot: root, origin };
        const asJson = JSON.stringify({
          ...{ ordinal, clusterId: whole.clusterId, topicId: whole.topicId, topic: whole.topic },
          ...{ partition: whole.partition, offset: String(whole.offset), contentHash: whole.contentHash },
          ...{ keyHash: whole.keyHash, lineageRoot: root, attempt: whole.attempt },
          ...{ destinationPartition: whole.destinationPartition, bytes: whole.bytes },
          ...{ originTimestampMs: whole.originTimestampMs, convention: whole.convention },
          origin: origin && { topic, partition: origin.partition, offset: String(origin.offset) },
          divert,
        });
        expect(encodeEntry({ ...whole, ...(divert && { divert }) })).toBe(asJson);
      }),
    );
  });

  it('has the line that it always had where it is not diverted, and says why at its end where it is', () => {
    const [rest] = fc.sample(sentOn, { numRuns: 1, seed: 1 });
    const line = encodeEntry({ ordinal: 0, ...rest } as ManifestEntry);
    const diverted = encodeEntry({ ordinal: 0, ...rest, divert: 'breaks_contract' } as ManifestEntry);
    expect(line).not.toContain('divert');
    expect(diverted).toBe(`${line.slice(0, -1)},"divert":"breaks_contract"}`);
  });

  it('is refused in any other spelling of the same values', () => {
    const line = encodeEntry({
      ordinal: 0,
      ...fc.sample(entry, { numRuns: 1, seed: 1 })[0],
    } as ManifestEntry);
    expect(() => decodeEntry(line.replace('{"ordinal":0,', '{ "ordinal":0,'))).toThrow('canonical');
    expect(() => decodeEntry(line.replace('}', ',"extra":1}'))).toThrow();
  });
});

describe('sending order', () => {
  it('numbers from 0, keeps every entry, and is by origin within a topic and partition', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const ordered = inSendingOrder(entries);
        expect(ordered.map((one) => one.ordinal)).toEqual(entries.map((_, index) => index));
        const last = new Map<string, bigint>();
        for (const { origin } of ordered) {
          if (!origin) continue;
          const place = `${origin.topic}/${origin.partition}`;
          expect(origin.offset >= (last.get(place) ?? 0n)).toBe(true);
          last.set(place, origin.offset);
        }
        const places = (ones: readonly ManifestEntry[]) =>
          ones.map((one) => [one.origin, one.partition, one.offset]);
        expect(places(inSendingOrder([...entries].reverse()))).toEqual(places(ordered));
      }),
    );
  });
});

describe('chunks', () => {
  const many = (count: number) =>
    inSendingOrder(
      Array.from({ length: count }, (_, n) => ({
        ...(fc.sample(entry, { numRuns: 1, seed: 7 })[0] as Omit<ManifestEntry, 'ordinal'>),
        offset: BigInt(n),
        origin: null,
      })),
    );

  it('cut every thousand entries, and their bodies give back entries and roots', () => {
    const entries = many(entriesPerChunk * 2 + 1);
    const chunks = sealChunks(entries);
    expect(chunks.map((chunk) => [chunk.index, chunk.firstOrdinal, chunk.records])).toEqual([
      [0, 0, 1000],
      [1, 1000, 1000],
      [2, 2000, 1],
    ]);
    expect(chunks.flatMap((chunk) => decodeChunk(chunk.body))).toEqual(entries);
    expect(chunks.every((chunk) => chunkRoot(chunk.body) === chunk.root)).toBe(true);
  });

  it('give another root when one byte of one entry changes', () => {
    const entries = many(1500);
    const before = manifestRoot(sealChunks(entries));
    const changed = entries.map((one) => (one.ordinal === 1200 ? { ...one, bytes: one.bytes + 1 } : one));
    expect(manifestRoot(sealChunks(changed))).not.toBe(before);
  });
});
