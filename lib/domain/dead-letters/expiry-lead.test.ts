import { expect, it } from 'vitest';
import { leadMsOf, urgencyOf } from './expiry-lead.ts';

const hour = 3_600_000;

it.each([
  ['nothing declared, no limit by time', null, null, 24 * hour],
  ['nothing declared, a week', null, 7 * 24 * hour, 24 * hour],
  ['nothing declared, a day: the last quarter', null, 24 * hour, 6 * hour],
  ['declared', 2 * hour, 7 * 24 * hour, 2 * hour],
] as const)('the lead: %s', (_name, declared, retention, lead) =>
  expect(leadMsOf(declared, retention)).toBe(lead),
);

it.each([
  [25 * hour, null],
  [24 * hour, 'warn'],
  [4 * hour + 1, 'warn'],
  [4 * hour, 'act'],
  [-hour, 'act'],
] as const)('within a lead of a day, %d ms before', (inMs, urgency) =>
  expect(urgencyOf(inMs, 24 * hour)).toBe(urgency),
);
