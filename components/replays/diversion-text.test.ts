import { expect, it } from 'vitest';
import type { ReplayView } from '#lib/contract/replays.ts';
import { diversionText } from './diversion-text.ts';

const manifest = { records: 400 } as ReplayView['manifest'];
const diversion = (reasons: NonNullable<ReplayView['diversion']>['reasons']): ReplayView['diversion'] => ({
  ...{ topic: 'orders.quarantine', partitions: 1, reasons },
  records: reasons.reduce((sum, { records }) => sum + records, 0),
});

it.each([
  [null, null],
  [
    diversion([
      { reason: 'breaks_contract', records: 11 },
      { reason: 'attempts_exhausted', records: 1 },
    ]),
    "12 of 400 records go to the quarantine orders.quarantine instead: 11 break today's contract, 1 was tried as often as the policy allows.",
  ],
  [
    diversion([{ reason: 'breaks_contract', records: 1 }]),
    "1 of 400 records goes to the quarantine orders.quarantine instead: 1 breaks today's contract.",
  ],
])('says of %o what goes where and why', (of, text) => {
  expect(diversionText({ diversion: of, manifest })).toBe(text);
});
