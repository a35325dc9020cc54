import { expect, it } from 'vitest';
import type { PlanningContext } from './context.ts';
import { failureGroupsEvidence, idempotencyKeyEvidence, manifestEvidence } from './manifest-evidence.ts';

const context = {
  now: new Date(0),
  sentOn: 5099,
  destination: { kind: 'retry', topic: 'orders.retry' },
  flow: {
    boundary: { effects: [{ what: 'charges a card', external: true, idempotencyKey: 'header:idem' }] },
  },
  keysSeen: new Map([['header:idem', 5098]]),
  effects: { asked: false, unknown: 0, reasons: new Map() },
  frozen: {
    summary: {
      ...{ records: 5099, bytes: 2_000_000, keys: 4000, leftOut: 1200, partitions: [{}, {}] },
      leftOutReasons: { unreadable: 1199, expired: 1 },
    },
    failureGroups: [
      { count: 3099, verdict: 'transient' },
      { count: 2000, verdict: 'poison' },
    ],
  },
} as unknown as PlanningContext;

it('writes numbers as people read them', () => {
  expect(manifestEvidence(context).sentence).toBe(
    '5,099 records frozen on 2 partitions; left out: 1,199 damaged or too large to expand, 1 no longer in the topic.',
  );
  expect(failureGroupsEvidence(context).sentence).toBe(
    '2 failure groups: 3,099 may pass by themselves; 2,000 look like poison: they will fail again unless something was fixed.',
  );
  expect(idempotencyKeyEvidence(context)).toMatchObject({
    status: 'blocks',
    sentence: 'Idempotency key: idem, seen in 5,098 of 5,099.',
  });
});
