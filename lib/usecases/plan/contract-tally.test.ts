import { expect, it } from 'vitest';
import { createContractTally } from './contract-tally.ts';

const breaking = (path: string | null) => ({ state: 'violates' as const, path, expected: 'x', found: 'y' });

it('counts what was found, names the first that break it and where most of them do, and the reason that most give', () => {
  const tally = createContractTally();
  const add = (offset: number, verdict: Parameters<typeof tally.add>[1]) =>
    tally.add({ partition: 1, offset: BigInt(offset) }, verdict);
  add(0, breaking('/b'));
  for (let n = 1; n < 8; n++) add(n, breaking(n % 2 ? '/a' : null));
  for (const why of ['one', 'two', 'two']) add(9, { state: 'unknown', why });
  add(10, { state: 'not_reached' });
  add(11, { state: 'fits' });
  const { failing, ...counted } = tally.counted();
  expect(counted).toEqual({
    counts: { fits: 1, violates: 8, no_value: 0, unknown: 3, not_reached: 1 },
    paths: [
      { path: '/a', records: 4 },
      { path: '/b', records: 1 },
    ],
    why: 'two',
  });
  expect(failing.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n]);
});

it('does not grow with what payloads make up', () => {
  const tally = createContractTally();
  for (let n = 0; n < 3000; n++) tally.add({ partition: 0, offset: BigInt(n) }, breaking(`/${n}`));
  expect(tally.counted().paths).toHaveLength(1000);
  expect(tally.counted().counts.violates).toBe(3000);
});
