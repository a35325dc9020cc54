import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clusterId, sha256Hex, topicId, topicName } from '../kernel/brand.ts';
import { divertReasons, linePartsOf } from './manifest.ts';
import { mostLineBytes, writeBefore, writeBehind } from './manifest-bytes.ts';

const text = fc.string({
  unit: fc.constantFrom('a', ' ', '"', '\\', '\u0001', '\u007f', 'é', '\u{1F600}', '\ud800'),
});
const topic = text.map(topicName);
const number = fc.nat({ max: 2 ** 31 - 1 });
const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const hash = fc.constantFrom('ab'.repeat(32), '').map(sha256Hex);
const entry = fc.record({
  ...{ clusterId: text.map(clusterId), topicId: text.map(topicId), topic, partition: number, offset },
  ...{
    contentHash: hash,
    keyHash: fc.option(fc.oneof(hash, text)),
    lineageRoot: text,
    attempt: number,
    bytes: number,
  },
  originTimestampMs: fc.option(fc.maxSafeInteger()),
  convention: fc.constantFrom('spring-kafka' as const, 'none' as const),
  origin: fc.option(fc.record({ topic, partition: number, offset })),
});
const diverted = fc.tuple(entry, fc.option(fc.constantFrom(...divertReasons)));

it('writes the halves of a line as their texts are, in the room that was asked for', () => {
  fc.assert(
    fc.property(diverted, fc.nat({ max: 9 }), ([plain, divert], start) => {
      const one = { ...plain, ...(divert !== null && { divert }) };
      const { before, behind } = linePartsOf(one);
      const bytes = Buffer.alloc(start + mostLineBytes(one), '.');
      const split = writeBefore(one, bytes, start);
      const end = writeBehind(one, bytes, split);
      expect(bytes.toString('utf8', start, split)).toBe(Buffer.from(before).toString());
      expect(bytes.toString('utf8', split, end)).toBe(Buffer.from(behind).toString());
      // With what ends the line.
      expect(end).toBeLessThan(bytes.length);
    }),
    { numRuns: 500 },
  );
});
