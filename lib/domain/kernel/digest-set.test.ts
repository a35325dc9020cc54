import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DigestSet } from './digest-set.ts';

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const digest = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hexOf);
/** All begin alike, so that they lie next to each other. */
const crowded = fc.uint8Array({ minLength: 2, maxLength: 2 }).map((end) => `${'07'.repeat(14)}${hexOf(end)}`);

describe('a set of digests', () => {
  it('knows what it has seen, as a set of texts does', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(digest, crowded), { maxLength: 300 }), (digests) => {
        const [set, texts] = [new DigestSet(), new Set<string>()];
        for (const one of digests) {
          expect(set.add(one)).toBe(!texts.has(one));
          texts.add(one);
        }
        expect(set.size).toBe(texts.size);
      }),
    );
  });

  it('still knows all of them when it has grown', () => {
    const set = new DigestSet();
    const many = Array.from({ length: 10_000 }, (_, n) => Buffer.alloc(16, `${n}.`).toString('hex'));
    const different = new Set(many).size;
    for (const one of many) set.add(one);
    expect(set.size).toBe(different);
    for (const one of many) expect(set.add(one)).toBe(false);
    expect(set.size).toBe(different);
  });

  it('refuses what is not a digest of its length', () => {
    expect(() => new DigestSet().add('07')).toThrow('07 is not a digest of 16 bytes');
    expect(() => new DigestSet().add('g'.repeat(32))).toThrow('is not a digest');
  });
});
