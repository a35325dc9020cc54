import { describe, expect, it } from 'vitest';
import { selfMetrics } from '#fixtures/metrics.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { deadLetterConditions } from '../alerts/flow-conditions.ts';
import { deadLetterItems } from './from-dead-letters.ts';
import { worstFirst } from './severity.ts';

const hour = 3_600_000;
const [sample] = selfMetrics().deadLetters;
if (!sample?.expires) throw new Error('The snapshot has no dead letters.');
const { expires } = sample;

const expiring = (
  inMs: number,
  more: Partial<NonNullable<DeadLetterTopic['expires']>> = {},
): DeadLetterTopic => ({
  ...sample,
  expires: { ...expires, at: new Date(1e12 + inMs).toISOString(), ...more },
  expiresFirstMs: Math.max(0, inMs),
  expiryLeadMs: 24 * hour,
});
const itemOf = (topic: DeadLetterTopic) =>
  deadLetterItems([topic], []).find((item) => item.kind === 'expiry');

describe('what expires soon', () => {
  it.each([
    ['warns within the lead', expiring(5 * hour), 'warn', 'the first expires in 5 h, at the earliest'],
    [
      'has to be acted on within a sixth of it',
      expiring(3.2 * hour),
      'act',
      'in 3 h 12 min, at the earliest',
    ],
    [
      'may go at any moment once the time is over',
      expiring(-hour),
      'act',
      'the first can expire at any moment',
    ],
    [
      'by size is an estimate',
      expiring(hour, { by: 'size', sure: 'estimate' }),
      'act',
      'in 60 min, at the present rate',
    ],
    [
      'by compaction only warns',
      expiring(-hour, { by: 'compaction', sure: 'possible' }),
      'warn',
      'can be lost to compaction',
    ],
  ] as const)('%s', (_name, topic, severity, title) => {
    expect(itemOf(topic)).toMatchObject({
      severity,
      title: expect.stringContaining(title),
      verb: 'preserve',
    });
    expect(itemOf(topic)?.title).toContain('12 open dead letters of orders.v1.dlq');
  });

  it.each([
    ['later than the lead', expiring(25 * hour)],
    ['never', { ...expiring(hour), expires: null, expiresFirstMs: null }],
    ['but nothing is open', { ...expiring(hour), open: 0 }],
  ] as const)('is silent: %s', (_name, topic) => expect(itemOf(topic)).toBeUndefined());

  it('stands before what expires later', () => {
    const items = [expiring(3 * hour), expiring(hour), expiring(2 * hour)].flatMap((topic) =>
      deadLetterItems([topic], []).filter((item) => item.kind === 'expiry'),
    );
    expect([...items].sort(worstFirst).map((item) => item.at)).toEqual(
      [hour, 2 * hour, 3 * hour].map((inMs) => new Date(1e12 + inMs).toISOString()),
    );
  });
});

describe('the alert', () => {
  const keyOf = 'expiry_soon:main/orders.v1.dlq';
  it('fires within the lead and is gone when nothing expires soon', () => {
    const fired = deadLetterConditions([expiring(hour)], []);
    expect(fired.conditions.filter((each) => each.kind === 'expiry_soon')).toMatchObject([
      { key: keyOf, severity: 'act' },
    ]);
    const gone = deadLetterConditions([expiring(48 * hour)], []);
    expect(gone.conditions.filter((each) => each.kind === 'expiry_soon')).toEqual([]);
    expect(gone.unknownPrefixes).toEqual([]);
  });
  it('is neither while the clock stands still', () => {
    const still = { ...expiring(hour), expires: null, expiresFirstMs: null, expiryUnknown: null };
    expect(deadLetterConditions([still], []).unknownPrefixes).toEqual([keyOf]);
  });
});
