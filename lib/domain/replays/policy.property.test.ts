import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Boundary } from '../flows/flow.ts';
import { defaultPolicy, type PolicyRule } from '../flows/policy.ts';
import { sha256Hex } from '../kernel/brand.ts';
import { tightenBounds } from './bounds.ts';
import { type Evidence, evidenceNames } from './evidence.ts';
import { evaluatePolicy, type PolicyInput, worseThan } from './policy.ts';

const when = fc.constantFrom(
  'manifest.records > 100',
  'manifest.records < 100',
  'manifest.bytes > 1000 and manifest.leftOut == 0',
  'evidence.stillFailing.ratio > 0.01',
  "evidence.fanOut.status != 'good'",
  'evidence.targetGroup.nothing >= 1 or manifest.keys > 3',
);
const rule: fc.Arbitrary<PolicyRule> = fc.record({
  when,
  // biome-ignore lint/suspicious/noThenProperty: the key of the configuration language
  then: fc.oneof(fc.constant('deny' as const), fc.record({ approvals: fc.integer({ min: 1, max: 6 }) })),
  reason: fc.constant('because'),
});
const evidence: fc.Arbitrary<Evidence[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...evidenceNames),
    status: fc.constantFrom('blocks' as const, 'warns' as const, 'unknown' as const, 'good' as const),
    sentence: fc.constant('so it is'),
    why: fc.constant(null),
    value: fc.oneof(fc.constant(null), fc.record({ ratio: fc.option(fc.double({ min: 0, max: 1 })) })),
    denominator: fc.constant(null),
    at: fc.constant('2026-01-01T00:00:00.000Z'),
  }),
  { selector: (item) => item.name, maxLength: evidenceNames.length },
);
const boundary: fc.Arbitrary<Boundary> = fc.record({
  truth: fc.constant(null),
  contract: fc.constant(null),
  ordering: fc.constant(null),
  state: fc.constant('none' as const),
  time: fc.constant('processing' as const),
  delivery: fc.constant(null),
  effects: fc.array(
    fc.record({
      what: fc.constant('charges'),
      external: fc.boolean(),
      idempotencyKey: fc.option(fc.constant('field:/id')),
      probe: fc.constant(null),
    }),
    { maxLength: 2 },
  ),
  replay: fc.constantFrom('safe' as const, 'conditional' as const, 'never' as const),
});
const count = fc.nat(100_000);
const input: fc.Arbitrary<PolicyInput> = fc.record({
  policy: fc
    .record({
      approvals: fc.nat(3),
      requireTicket: fc.boolean(),
      rules: fc.array(rule, { maxLength: 4 }),
    })
    .map((more) => ({ ...defaultPolicy, ...more })),
  boundary: fc.option(boundary),
  version: fc.constant(1),
  hash: fc.constant(sha256Hex('a'.repeat(64))),
  destination: fc.constantFrom('retry' as const, 'origin' as const, 'quarantine' as const),
  ticket: fc.option(fc.constant('INC-1')),
  manifest: fc.record({ records: count, bytes: count, keys: count, leftOut: count, partitions: count }),
  evidence,
});
const denials = (of: PolicyInput) => evaluatePolicy(of).rules.filter((each) => each.effect === 'deny').length;

describe('whatever is asked and whatever was found', () => {
  it('another rule never loosens: no fewer denials, no fewer people', () => {
    fc.assert(
      fc.property(input, rule, fc.nat(4), (given, extra, at) => {
        const rules = given.policy.rules.toSpliced(at, 0, extra);
        const more = { ...given, policy: { ...given.policy, rules } };
        expect(denials(more)).toBeGreaterThanOrEqual(denials(given));
        expect(evaluatePolicy(more).approvalsNeeded).toBeGreaterThanOrEqual(
          evaluatePolicy(given).approvalsNeeded,
        );
        expect(worseThan(evaluatePolicy(more), evaluatePolicy(given))).toEqual([]);
      }),
    );
  });

  it('never means never', () => {
    fc.assert(
      fc.property(input, boundary, (given, of) => {
        const never = { ...given, boundary: { ...of, replay: 'never' as const } };
        expect(evaluatePolicy(never).verdict).toBe('blocked');
      }),
    );
  });

  it('evidence that blocks denies, and so does an effect outside without its key, save into a quarantine', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { verdict } = evaluatePolicy(given);
        const outside = given.boundary?.effects.some((effect) => effect.external) ?? false;
        const seen = given.evidence.some((item) => item.name === 'idempotencyKey' && item.status === 'good');
        if (given.evidence.some((item) => item.status === 'blocks')) expect(verdict).toBe('blocked');
        if (outside && !seen && given.destination !== 'quarantine') expect(verdict).toBe('blocked');
      }),
    );
  });

  it('no request gets below the number of the policy, nor below one person for an effect outside', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { approvalsNeeded } = evaluatePolicy(given);
        expect(approvalsNeeded).toBeGreaterThanOrEqual(given.policy.approvals);
        if (given.boundary?.effects.some((effect) => effect.external))
          expect(approvalsNeeded).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('a tighter request for the same records is within the bounds and needs as many people as before', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(input, share, (given, part) => {
        const asked = { recordsPerSecond: part * given.policy.recordsPerSecond };
        const bounds = tightenBounds(given.policy, asked);
        expect(bounds.recordsPerSecond).toBeLessThanOrEqual(given.policy.recordsPerSecond);
        const tighter = { ...given, policy: { ...given.policy, ...bounds } };
        expect(evaluatePolicy(tighter)).toEqual(evaluatePolicy(given));
      }),
    );
  });
});
