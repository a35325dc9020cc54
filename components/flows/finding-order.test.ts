import { expect, it } from 'vitest';
import { findingKind, inOrder } from './finding-order.ts';

const accepted = { reason: 'moved in March', until: '2027-01-01T00:00:00.000Z' };
const wrong = { state: 'fails', severity: 'wrong', accepted: null } as const;
const risk = { state: 'fails', severity: 'risk', accepted: null } as const;
const unknown = { state: 'unknown', severity: 'wrong', accepted: null } as const;
const taken = { state: 'fails', severity: 'wrong', accepted } as const;

it('shows what is wrong first, what nobody knows before what somebody accepted', () => {
  expect(inOrder([taken, unknown, risk, wrong])).toEqual([wrong, risk, unknown, taken]);
  expect([taken, unknown, risk, wrong].map(findingKind)).toEqual(['accepted', 'unknown', 'risk', 'wrong']);
});
