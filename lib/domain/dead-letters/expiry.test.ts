import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Keeping, keepingOf } from '../flows/keeping.ts';
import { type Endangered, expiriesOf, type Growth, soonestExpiry } from './expiry.ts';
import { type Appended, logStartAfter, segmentsOf } from './testing/simulated-retention.ts';

const hour = 3_600_000;
const now = 100 * hour;
const keeping = (configs: Record<string, string>): Keeping =>
  keepingOf(new Map(Object.entries({ 'cleanup.policy': 'delete', 'retention.ms': '-1', ...configs })));
const unlimited = { 'retention.bytes': '-1' };
const first: Endangered = { offset: 40n, atMs: now - 10 * hour, newestUpToMs: now - 4 * hour };
/** 100 records of 1,000 bytes. */
const growth: Growth = { bytes: 100_000, logStart: 0n, highWatermark: 100n, recordsPerSecond: 10 };

describe('when the first open record of a partition may be taken', () => {
  const days = { ...unlimited, 'retention.ms': String(12 * hour) };
  it.each([
    ['by time: what stands before it has to go first', days, growth, 'time', now + 8 * hour, 'earliest'],
    [
      'by size: as much as fits behind it, at the rate of growth',
      { 'retention.bytes': '70000' },
      growth,
      'size',
      now + 1000,
      'estimate',
    ],
    [
      'by size: now, where it is past the limit, even when nothing is produced',
      { 'retention.bytes': '60000' },
      { ...growth, recordsPerSecond: null },
      'size',
      now,
      'estimate',
    ],
    [
      'by compaction: from its least time on',
      { ...unlimited, 'cleanup.policy': 'compact', 'min.compaction.lag.ms': String(hour) },
      growth,
      'compaction',
      now - 9 * hour,
      'possible',
    ],
    [
      'under both policies: by whichever comes first',
      { ...days, 'cleanup.policy': 'compact,delete', 'min.compaction.lag.ms': String(20 * hour) },
      growth,
      'time',
      now + 8 * hour,
      'earliest',
    ],
  ] as const)('%s', (_name, configs, of, by, atMs, sure) => {
    const { known, unknown } = expiriesOf(first, keeping(configs), of, now);
    expect(soonestExpiry(known)).toEqual({ atMs, by, sure });
    expect(unknown).toEqual([]);
  });

  it.each([
    ['no limit at all', unlimited, growth, []],
    ['limits under a policy that deletes nothing', { 'cleanup.policy': '', 'retention.ms': '1' }, growth, []],
    [
      'a limit by size that nothing grows into',
      { 'retention.bytes': '70000' },
      { ...growth, recordsPerSecond: 0 },
      [],
    ],
    [
      'a limit by size, rate not known',
      { 'retention.bytes': '70000' },
      { ...growth, recordsPerSecond: null },
      ['size'],
    ],
    ['a limit by size, size not known', { 'retention.bytes': '70000' }, { ...growth, bytes: null }, ['size']],
    ['a limit by size, partition not known', { 'retention.bytes': '70000' }, null, ['size']],
  ] as const)('nothing is known to take it: %s', (_name, configs, of, unknown) => {
    expect(expiriesOf(first, keeping(configs), of, now)).toEqual({ known: [], unknown });
  });

  it('tells nothing of a topic whose configuration is not told', () => {
    expect(expiriesOf(first, keepingOf(undefined), growth, now)).toEqual({
      known: [],
      unknown: ['time', 'size', 'compaction'],
    });
  });
});

describe('held against the rules of the broker', () => {
  const minute = 60_000;
  const times = fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 60 });

  it('never later than the broker by time, whatever the timestamps and segments', () => {
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 300 }),
        fc.nat(59),
        (minutes, perSegment, keptMinutes, pick) => {
          const records = minutes.map((each): Appended => ({ atMs: each * minute, bytes: 1 }));
          const offset = pick % records.length;
          const topic = {
            segmentBytes: perSegment,
            retentionMs: keptMinutes * minute,
            retentionBytes: -1,
          };
          const upTo = records.slice(0, offset + 1).map((each) => each.atMs);
          const found = soonestExpiry(
            expiriesOf(
              { offset: BigInt(offset), atMs: upTo.at(-1) ?? 0, newestUpToMs: Math.max(...upTo) },
              keeping({ ...unlimited, 'retention.ms': String(topic.retentionMs) }),
              null,
              0,
            ).known,
          );
          const segments = segmentsOf(records, perSegment);
          // The broker looks every minute; whenever it takes the record, the instant has come.
          for (let at = 0; at <= 1000; at++)
            if (logStartAfter(segments, topic, at * minute) > offset) {
              expect(found?.atMs).toBeLessThanOrEqual(at * minute);
              return;
            }
          throw new Error('It was never taken.');
        },
      ),
    );
  });

  it('never later than the broker by size, where records are alike and the rate holds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(49),
        fc.integer({ min: 1, max: 100 }),
        (count, perSegment, keptRecords, pick, perSecond) => {
          const bytes = 100;
          const offset = pick % count;
          const topic = {
            segmentBytes: perSegment * bytes,
            retentionMs: -1,
            retentionBytes: keptRecords * bytes,
          };
          const found = soonestExpiry(
            expiriesOf(
              { offset: BigInt(offset), atMs: 0, newestUpToMs: 0 },
              keeping({ 'retention.bytes': String(topic.retentionBytes) }),
              {
                bytes: count * bytes,
                logStart: 0n,
                highWatermark: BigInt(count),
                recordsPerSecond: perSecond,
              },
              0,
            ).known,
          );
          for (let total = count; total < 5000; total++) {
            const records = Array.from({ length: total }, (): Appended => ({ atMs: 0, bytes }));
            if (logStartAfter(segmentsOf(records, topic.segmentBytes), topic, 0) > offset) {
              // Rounded to a millisecond.
              expect(found?.atMs).toBeLessThanOrEqual(((total - count) * 1000) / perSecond + 1);
              return;
            }
          }
          throw new Error('It was never taken.');
        },
      ),
      { numRuns: 60 },
    );
  });
});
