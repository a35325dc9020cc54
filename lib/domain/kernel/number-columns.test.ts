import { expect, it } from 'vitest';
import { doubled } from './number-columns.ts';

it('columns grow to twice their rows and keep what they have, whatever a row takes of each', () => {
  const empty = (rows: number) => ({
    offsets: new BigInt64Array(rows),
    flags: new Uint8Array(rows),
    hashes: Buffer.alloc(3 * rows),
  });
  const small = empty(2);
  small.offsets.set([-1n, 2n ** 62n]);
  small.flags.set([7, 8]);
  small.hashes.write('abcdef');
  const large = doubled(small, 2, empty);
  expect([...large.offsets]).toEqual([-1n, 2n ** 62n, 0n, 0n]);
  expect([...large.flags]).toEqual([7, 8, 0, 0]);
  expect(large.hashes.toString()).toBe('abcdef\0\0\0\0\0\0');
});
