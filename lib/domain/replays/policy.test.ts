import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainBoundary } from '#fixtures/boundary.ts';
import type { Boundary } from '../flows/flow.ts';
import { defaultPolicy, type PolicyRule } from '../flows/policy.ts';
import { sha256Hex } from '../kernel/brand.ts';
import { SluiceError } from '../kernel/errors.ts';
import { tightenBounds, tightenCanary } from './bounds.ts';
import type { Evidence, EvidenceName, EvidenceStatus, JsonValue } from './evidence.ts';
import { evaluatePolicy, type PolicyInput, worseThan } from './policy.ts';

const boundary = plainBoundary;
const charging: Boundary = {
  ...boundary,
  effects: [{ what: 'charges a card', external: true, idempotencyKey: 'field:/orderId', probe: null }],
};
const item = (name: EvidenceName, status: EvidenceStatus, value: JsonValue = null): Evidence => ({
  name,
  status,
  value,
  sentence: `${name} ${status}`,
  why: null,
  denominator: null,
  at: '2026-01-01T00:00:00.000Z',
});
const input: PolicyInput = {
  policy: defaultPolicy,
  boundary,
  version: 3,
  hash: sha256Hex('a'.repeat(64)),
  destination: 'retry',
  ticket: null,
  manifest: { records: 10, bytes: 100, keys: 5, leftOut: 0, partitions: 1 },
  evidence: [],
};
const judge = (more: Partial<PolicyInput>) => evaluatePolicy({ ...input, ...more });
const rule = (when: string, then: PolicyRule['then'] = 'deny'): PolicyRule => ({
  when,
  then,
  reason: 'because',
});
const withRules = (...rules: PolicyRule[]) => ({ policy: { ...defaultPolicy, rules } });

describe('evaluatePolicy', () => {
  it('allows what nothing denies, and says how many must approve', () => {
    expect(judge({})).toMatchObject({ verdict: 'allowed', approvalsNeeded: 1, version: 3 });
  });

  it.each<[string, Partial<PolicyInput>, string]>([
    ['a flow that is never replayed', { boundary: { ...boundary, replay: 'never' } }, 'boundary.replay'],
    [
      'never also into quarantine',
      { boundary: { ...boundary, replay: 'never' }, destination: 'quarantine' },
      'boundary.replay',
    ],
    ['a ticket that is missing', { policy: { ...defaultPolicy, requireTicket: true } }, 'requireTicket'],
    ['evidence that blocks', { evidence: [item('targetGroup', 'blocks')] }, 'evidence.targetGroup'],
    [
      'an effect outside without a key',
      {
        boundary: {
          ...boundary,
          effects: [{ what: 'mails', external: true, idempotencyKey: null, probe: null }],
        },
      },
      'boundary.effects',
    ],
    [
      'a key that was not seen',
      { boundary: charging, evidence: [item('idempotencyKey', 'unknown')] },
      'boundary.effects',
    ],
    ['a key that was not looked for', { boundary: charging }, 'boundary.effects'],
    ['a rule that holds', withRules(rule('manifest.records > 5')), 'manifest.records > 5'],
    [
      'a rule whose fact is unknown',
      {
        ...withRules(rule('evidence.stillFailing.ratio > 0.01')),
        evidence: [item('stillFailing', 'unknown', { ratio: null })],
      },
      'evidence.stillFailing.ratio > 0.01',
    ],
    [
      'a rule whose evidence is not there',
      withRules(rule('evidence.ordering.newerKeys > 0')),
      'evidence.ordering.newerKeys > 0',
    ],
  ])('denies for %s', (_what, more, fired) => {
    const verdict = judge(more);
    expect(verdict.verdict).toBe('blocked');
    expect(verdict.rules.filter((one) => one.effect === 'deny').map((one) => one.rule)).toContain(fired);
  });

  it('lets a key that was seen in every record through, and nobody processes a quarantine', () => {
    expect(judge({ boundary: charging, evidence: [item('idempotencyKey', 'good')] }).verdict).toBe('allowed');
    expect(judge({ boundary: charging, destination: 'quarantine' }).verdict).toBe('allowed');
  });

  it('asks for the most approvals that any rule asks for', () => {
    const rules = withRules(
      rule('manifest.records > 5', { approvals: 3 }),
      rule('manifest.bytes > 50', { approvals: 2 }),
      rule('manifest.bytes > 5000', { approvals: 9 }),
    );
    expect(judge(rules).approvalsNeeded).toBe(3);
  });

  it('never gets looser by a rule, whatever it says', () => {
    const anyRule = fc.record({
      when: fc.constantFrom('manifest.records > 5', 'manifest.records < 5', 'evidence.fanOut.readers > 1'),
      // biome-ignore lint/suspicious/noThenProperty: the key of the configuration language
      then: fc.oneof(fc.constant('deny' as const), fc.record({ approvals: fc.integer({ min: 1, max: 5 }) })),
      reason: fc.constant('because'),
    });
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 5 }), anyRule, fc.nat(4), (rules, extra, at) => {
        const before = judge(withRules(...rules));
        const after = judge(withRules(...rules.slice(0, at), extra, ...rules.slice(at)));
        expect(after.approvalsNeeded).toBeGreaterThanOrEqual(before.approvalsNeeded);
        if (before.verdict === 'blocked') expect(after.verdict).toBe('blocked');
      }),
    );
  });
});

describe('worseThan', () => {
  it('names what is denied now and was not, and more approvals', () => {
    const frozen = judge({ evidence: [item('targetGroup', 'good')] });
    expect(worseThan(frozen, judge({ evidence: [item('targetGroup', 'blocks')] }))).toEqual([
      'targetGroup blocks',
    ]);
    expect(worseThan(frozen, { ...frozen, approvalsNeeded: 2 })).toHaveLength(1);
    expect(worseThan(frozen, frozen)).toEqual([]);
  });
});

describe('a request', () => {
  it('can only tighten the bounds: accepted ones are within the policy, others are refused by name', () => {
    const number = fc.option(fc.integer({ min: 1, max: 200_000_000 }), { nil: undefined });
    const asked = fc.record({
      maxRecords: number,
      maxBytes: number,
      recordsPerSecond: number,
      maxDurationMs: number,
    });
    fc.assert(
      fc.property(asked, (bounds) => {
        const tooMuch = Object.entries(bounds).filter(
          ([name, value]) => value !== undefined && value > defaultPolicy[name as keyof typeof bounds],
        );
        if (tooMuch.length === 0) {
          const got = tightenBounds(defaultPolicy, bounds);
          for (const name of Object.keys(got) as (keyof typeof got)[])
            expect(got[name]).toBe(bounds[name] ?? defaultPolicy[name]);
          return;
        }
        const error = (() => {
          try {
            return tightenBounds(defaultPolicy, bounds);
          } catch (thrown) {
            return thrown;
          }
        })();
        expect(error).toBeInstanceOf(SluiceError);
        expect(tooMuch.map(([name]) => `bounds.${name}`)).toContain((error as SluiceError).fields.field);
      }),
    );
  });

  it('tightens a first batch by fewer records, a longer settle time, a smaller ratio', () => {
    expect(tightenCanary(defaultPolicy, { records: 5, settleMs: 60_000, maxCameBackRatio: 0 })).toEqual({
      records: 5,
      settleMs: 60_000,
      maxCameBackRatio: 0,
    });
    for (const looser of [{ records: 11 }, { settleMs: 9999 }, { maxCameBackRatio: 0.1 }])
      expect(() => tightenCanary(defaultPolicy, looser)).toThrow('can only tighten');
  });
});
