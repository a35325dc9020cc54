import { describe, expect, it } from 'vitest';
import { expiresBySizeMs, expiresByTimeMs, noRetention, soonest } from './expiry.ts';

const hour = 3_600_000;

describe('until retention takes the first unread record', () => {
  it('by time: its own time and the limit; unknown with neither', () => {
    expect(expiresByTimeMs(1_000, { retentionMs: hour, retentionBytes: null })).toBe(hour + 1_000);
    expect(expiresByTimeMs(null, { retentionMs: hour, retentionBytes: null })).toBeNull();
    expect(expiresByTimeMs(1_000, noRetention)).toBeNull();
  });

  const limit = { retentionMs: null, retentionBytes: 1_000_000 };
  const size = { bytes: 500_000, logStart: 0n, highWatermark: 1_000n };
  it('by size: when so much has been produced that it no longer fits', () => {
    // 500 bytes a record: the limit holds 2,000. The first unread one is 900 from the end, so 1,100 more may come: 11 s at 100/s.
    expect(expiresBySizeMs(100n, 100, size, limit, 5_000)).toBe(16_000);
  });
  it('by size: now, when it is past the limit already', () => {
    expect(expiresBySizeMs(0n, 100, { ...size, bytes: 2_000_000 }, limit, 5_000)).toBe(5_000);
  });
  it.each([
    ['nothing is produced', 100n, 0, size, limit],
    ['the rate is not known', 100n, null, size, limit],
    ['the size is not known', 100n, 100, null, limit],
    ['the log is empty', 100n, 100, { ...size, highWatermark: 0n }, limit],
    ['no such limit', 100n, 100, size, noRetention],
    ['the place is not known', null, 100, size, limit],
  ] as const)('by size: unknown when %s', (_name, at, rate, of, retention) =>
    expect(expiresBySizeMs(at, rate, of, retention, 0)).toBeNull(),
  );
  it('the sooner of both counts', () => {
    expect(soonest(5, null, 3)).toBe(3);
    expect(soonest(null, null)).toBeNull();
  });
});
