import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../flows/policy.ts';
import { SluiceError } from '../kernel/errors.ts';
import { askedTerms, termsUnder } from './bounds.ts';

const policy = {
  ...defaultPolicy,
  ...{ maxRecords: 1000, maxBytes: 5000, recordsPerSecond: 50, maxDurationMs: 60_000 },
  canary: { records: 10, settleMs: 5000, maxCameBackRatio: 0.1 },
};
const drafted = {
  bounds: { maxRecords: 1000, maxBytes: 5000, recordsPerSecond: 20, maxDurationMs: 60_000 },
  canary: { records: 10, settleMs: 9000, maxCameBackRatio: 0.1 },
};
const refusedBy = (work: () => unknown) => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof SluiceError ? [error.code, error.fields.field] : error;
  }
};

describe('the terms that a draft was given', () => {
  it('are its own where they are tighter than the policy says anyway', () => {
    const given = { bounds: { maxRecords: 1000, recordsPerSecond: 20 }, canary: { settleMs: 9000 } };
    expect(askedTerms(policy, given, [])).toEqual(['recordsPerSecond', 'settleMs']);
  });

  it('stay when others are given, and go when what the policy says is given for them', () => {
    expect(askedTerms(policy, { bounds: { maxBytes: 10 } }, ['recordsPerSecond'])).toEqual([
      'maxBytes',
      'recordsPerSecond',
    ]);
    expect(askedTerms(policy, { bounds: { recordsPerSecond: 50 } }, ['recordsPerSecond'])).toEqual([]);
  });
});

describe('the terms of a draft under the policy of now', () => {
  const asked = ['recordsPerSecond', 'settleMs'] as const;
  it('are the same while it is the same', () => {
    expect(termsUnder(policy, drafted, asked)).toEqual(drafted);
  });

  it('follow a tighter policy where nobody asked for them', () => {
    const tighter = { ...policy, maxRecords: 100, canary: { ...policy.canary, maxCameBackRatio: 0 } };
    expect(termsUnder(tighter, drafted, asked)).toEqual({
      bounds: { ...drafted.bounds, maxRecords: 100 },
      canary: { ...drafted.canary, maxCameBackRatio: 0 },
    });
    const longer = { ...policy, canary: { ...policy.canary, settleMs: 8000 } };
    expect(termsUnder(longer, { ...drafted, canary: policy.canary }, []).canary.settleMs).toBe(8000);
  });

  it('never become looser than what was drafted', () => {
    expect(termsUnder({ ...policy, maxRecords: 9999 }, drafted, asked)).toEqual(drafted);
  });

  it('are refused where what was asked for is too much by now', () => {
    expect(refusedBy(() => termsUnder({ ...policy, recordsPerSecond: 19 }, drafted, asked))).toEqual([
      'bound_exceeds_policy',
      'bounds.recordsPerSecond',
    ]);
    const longer = { ...policy, canary: { ...policy.canary, settleMs: 9001 } };
    expect(refusedBy(() => termsUnder(longer, drafted, asked))).toEqual([
      'bound_exceeds_policy',
      'canary.settleMs',
    ]);
  });
});
