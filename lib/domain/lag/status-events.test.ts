import { describe, expect, it } from 'vitest';
import type { LagStatus } from './status.ts';
import { statusEvents } from './status-events.ts';

const told = (before: LagStatus | null, now: LagStatus | null) =>
  statusEvents({ status: before }, { groupId: 'g', status: now }, 5).map(({ text }) => text);

describe('statusEvents', () => {
  it.each<[LagStatus | null, LagStatus | null, string | null]>([
    ['ok', 'stopped', 'Now stopped, before ok.'],
    ['stopped', 'stalled', 'Now stalled, before stopped.'],
    ['stalled', 'lagging', 'Now lagging, before stalled.'],
    ['never_committed', 'expired', 'Now expired, before never committed.'],
    [null, 'rewound', 'Now rewound, what it was before is not known.'],
    ['ok', 'lagging', null],
    ['lagging', 'ok', null],
    ['stopped', 'stopped', null],
    ['stopped', null, null],
    [null, 'ok', null],
  ])('%s, then %s', (before, now, text) => {
    expect(told(before, now)).toEqual(text === null ? [] : [text]);
  });
});
