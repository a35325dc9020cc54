import { describe, expect, it } from 'vitest';
import { topicName } from '../kernel/brand.ts';
import { countOutcomes, landingRanges, type PackedOutcome } from './batch.ts';
import { initialRun } from './run.ts';
import { consequenceSentence } from './sentences.ts';

const outcomes: readonly PackedOutcome[] = [
  [0, 'replayed', 0, '7', null],
  [1, 'diverted', 0, '7', 'breaks_contract'],
  [2, 'replayed', 0, '8', null],
  [3, 'skipped', null, null, 'expired'],
  [4, 'diverted', 0, '8', 'attempts_exhausted'],
];

describe('what is diverted', () => {
  it('landed in another topic than what is sent on, however alike the places are', () => {
    expect(landingRanges(outcomes)).toEqual([{ partition: 0, first: 7n, last: 8n }]);
    expect(landingRanges(outcomes, 'diverted')).toEqual([{ partition: 0, first: 7n, last: 8n }]);
    expect(landingRanges(outcomes.slice(1, 2))).toEqual([]);
    expect(countOutcomes(outcomes)).toMatchObject({ replayed: 2, diverted: 2, skipped: 1 });
  });

  it('does not count for the first batch, which tells how the destination fares', () => {
    const rates = { canaryRecords: 2, recordsPerSecond: 10 };
    const firstOf = (more: object) =>
      initialRun({ ramp: [100], manifest: { records: 9 }, ...more }, rates, new Date(0)).steps[0]?.records;
    expect(firstOf({})).toBe(2);
    expect(firstOf({ diversion: { firstBatchEntries: 7 } })).toBe(7);
  });

  it.each([
    [
      400,
      12,
      'Sends 388 records to retry; payments receives them; 12 more are diverted to the quarantine q.',
    ],
    [2, 1, 'Sends 1 record to retry; payments receives them; 1 more is diverted to the quarantine q.'],
    [3, 3, 'Sends nothing to retry: all 3 records are diverted to the quarantine q.'],
  ])('stands in the first sentence: of %d records %d', (records, diverted, sentence) => {
    const destination = { kind: 'retry', topic: topicName('retry'), targetGroups: ['payments'] };
    expect(
      consequenceSentence({
        ...{ records, diverted: { topic: 'q', records: diverted } },
        ordering: { newerKeys: 0, destination: { keys: 0, complete: true } },
        destination: destination as unknown as Parameters<typeof consequenceSentence>[0]['destination'],
      }),
    ).toBe(sentence);
  });
});
