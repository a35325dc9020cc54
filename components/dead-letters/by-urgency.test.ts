import { expect, it } from 'vitest';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { byUrgency } from './by-urgency.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const hour = 3_600_000;
const topic = (name: string, open: number, inHours: number | null) => ({
  topic: name,
  open,
  expiryLeadMs: 24 * hour,
  expires:
    inHours === null
      ? null
      : ({ at: new Date(now + inHours * hour).toISOString() } as DeadLetterTopic['expires']),
});

it('puts what expires within its lead first, the soonest before the others, then the most open', () => {
  const topics = [
    topic('calm', 10, 100),
    topic('never', 50, null),
    topic('soon', 1, 5),
    topic('over', 2, -1),
    topic('settled', 0, 1),
    topic('busy', 90, 25),
  ];
  expect([...topics].sort(byUrgency(now)).map((each) => each.topic)).toEqual([
    ...['over', 'soon', 'busy', 'never'],
    ...['calm', 'settled'],
  ]);
});
