import { expect, it } from 'vitest';
import { nearOffsets } from './near-offsets.ts';

it('takes the nearest that the group has done with and that did not fail, on either side', () => {
  const around = { committed: 13n, failedToo: new Set([10n, 9n]), within: 4n };
  expect(nearOffsets(10n, around)).toEqual([11n, 8n, 12n, 7n, 6n]);
  expect(nearOffsets(1n, { ...around, failedToo: new Set() })).toEqual([0n, 2n, 3n, 4n, 5n]);
  expect(nearOffsets(10n, { ...around, committed: 0n })).toEqual([]);
});
