import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merkleRoot, rootOfLines, rootOfRoots } from './merkle.ts';

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = (text: string) => sha256(Uint8Array.of(0), Buffer.from(text));
const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);
const root = (...texts: string[]) => merkleRoot(texts.map((text) => Buffer.from(text)));

describe('merkleRoot', () => {
  it('hashes leaves and nodes with their own prefixes and promotes the odd one', () => {
    expect(root('a')).toBe(leaf('a').toString('hex'));
    expect(root('a', 'b')).toBe(node(leaf('a'), leaf('b')).toString('hex'));
    expect(root('a', 'b', 'c')).toBe(node(node(leaf('a'), leaf('b')), leaf('c')).toString('hex'));
    const five = node(node(node(leaf('a'), leaf('b')), node(leaf('c'), leaf('d'))), leaf('e'));
    expect(root('a', 'b', 'c', 'd', 'e')).toBe(five.toString('hex'));
  });

  it('does not take a node for a leaf', () => {
    const inner = Buffer.concat([leaf('a'), leaf('b')]);
    expect(merkleRoot([inner])).not.toBe(root('a', 'b'));
  });

  it('changes with any leaf, their order and their number', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 12 }),
        fc.array(fc.string(), { minLength: 1, maxLength: 12 }),
        (a, b) => {
          expect(root(...a) === root(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        },
      ),
    );
  });

  it('takes the lines of a text as leaves, with or without a last line feed, and no empty ones', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 40 }), (texts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' '));
        const full = lines.filter((line) => line !== '');
        expect(rootOfLines(lines.join('\n'))).toBe(root(...full));
        expect(rootOfLines(`${lines.join('\n')}\n`)).toBe(root(...full));
      }),
    );
  });

  it('takes chunk roots as 32 bytes each', () => {
    const roots = [root('a'), root('b')];
    expect(rootOfRoots(roots)).toBe(merkleRoot(roots.map((hex) => Buffer.from(hex, 'hex'))));
  });
});
