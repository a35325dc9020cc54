import { describe, expect, it } from 'vitest';
import { passedSince } from './run.ts';

describe('passedSince', () => {
  const now = new Date('2026-03-01T03:00:00.000Z');
  it.each([
    ['nothing was seen before', null, now.toISOString()],
    ['it was seen a while ago', '2026-03-01T02:59:00.000Z', '2026-03-01T02:59:00.000Z'],
    ['it was seen just now', now.toISOString(), now.toISOString()],
    ['it was seen by a clock an hour ahead', '2026-03-01T04:00:00.000Z', now.toISOString()],
  ])('%s', (_, before, since) => expect(passedSince(before, now)).toBe(since));
});
