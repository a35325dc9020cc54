import { expect, it } from 'vitest';
import { findingKind } from '#lib/domain/checks/finding.ts';
import { byRule } from './finding-order.ts';

const accepted = { reason: 'moved in March', until: '2027-01-01T00:00:00.000Z' };
const wrong = { code: 'topic_absent', state: 'fails', severity: 'wrong', accepted: null } as const;
const risk = { code: 'partitions_differ', state: 'fails', severity: 'risk', accepted: null } as const;
const unknown = { ...wrong, state: 'unknown' } as const;
const taken = { ...risk, accepted } as const;

it('shows what is wrong first, what nobody knows before what somebody accepted, a rule at a time', () => {
  const second = { ...risk };
  expect(byRule([taken, unknown, risk, wrong, second])).toEqual([
    [wrong],
    [risk, second],
    [unknown],
    [taken],
  ]);
  expect([taken, unknown, risk, wrong].map(findingKind)).toEqual(['accepted', 'unknown', 'risk', 'wrong']);
});
