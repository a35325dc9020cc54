import { expect, it } from 'vitest';
import { groupId } from '../kernel/brand.ts';
import { declaredReader } from './declared-groups.ts';
import type { DeclaredGroup } from './flow.ts';

const safe: DeclaredGroup = { id: groupId('inventory'), isolation: 'read_committed', replaySafe: true };
const readerOf = (...said: Partial<DeclaredGroup>[]) =>
  declaredReader(
    said.map((each) => ({ groups: [{ ...safe, ...each }] })),
    'inventory',
  );

it('is declared by any flow, and by none is not declared', () => {
  expect(readerOf({ id: groupId('payments') }, {})).toEqual({
    isolation: 'read_committed',
    replaySafe: true,
  });
  expect(readerOf({ id: groupId('payments') })).toBeNull();
});

it('is what its unsafe declaration says', () => {
  expect(readerOf({}, { replaySafe: false })).toMatchObject({ replaySafe: false });
  expect(readerOf({}, { isolation: null })).toMatchObject({ isolation: null });
  expect(readerOf({ isolation: null }, { isolation: 'read_uncommitted' })).toMatchObject({
    isolation: 'read_uncommitted',
  });
});
