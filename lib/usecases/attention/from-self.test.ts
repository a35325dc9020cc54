import { describe, expect, it } from 'vitest';
import type { SelfHealth } from '#lib/contract/home.ts';
import { selfItems } from './from-self.ts';

const asOf = '2026-01-01T01:00:00.000Z';
const failing = (place: string, sinceMin: number, anchoredAt: string | null): SelfHealth => ({
  collector: [],
  index: { caughtUp: true, behindRecords: 0, asOf },
  workers: [{ id: 'w', seenAt: asOf, policyCurrent: true }],
  audit: {
    failing: [
      {
        place,
        since: new Date(Date.parse(asOf) - sinceMin * 60_000).toISOString(),
        why: 'The disk is full.',
        anchoredAt,
      },
    ],
  },
  asOf,
});

describe('an audit log that is not anchored', () => {
  it('is said with its reason, and since when the last anchor is', () => {
    const [item] = selfItems(failing('file /srv/heads', 9, '2026-01-01T00:50:00.000Z'));
    expect(item).toMatchObject({
      kind: 'sluice',
      severity: 'warn',
      title: 'The audit log is not anchored in file /srv/heads',
      detail: 'The disk is full. What was written after 2026-01-01T00:50:00.000Z is not protected there.',
      since: '2026-01-01T00:51:00.000Z',
      href: '/audit',
    });
  });
  it('is said of signing too', () =>
    expect(selfItems(failing('signing', 9, null))).toMatchObject([
      { title: 'The audit log is not signed', detail: 'The disk is full. It never was.' },
    ]));
  it('is no trouble yet after one failure', () =>
    expect(selfItems(failing('topic main/heads', 1, null))).toEqual([]));
});
