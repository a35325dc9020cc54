import { describe, expect, it } from 'vitest';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { evaluateCondition, parseCondition } from '#lib/domain/replays/when.ts';
import type { ContractOf } from '#lib/domain/schemas/contract.ts';
import type { CheckedContracts } from '../plan/contract-checks.ts';
import { createContractTally, type PlannedCheck } from '../plan/contract-tally.ts';
import { evidenceFor } from '../view/evidence-view.ts';
import type { PlanningContext } from './context.ts';
import { decodableEvidence } from './contract-evidence.ts';

const contractOf: ContractOf = {
  ...{ format: 'avro', subject: 'orders.v1-value', version: 2, schemaId: 7 },
  ...{ compatibility: null, file: null },
};
const all = (n: number, verdict: PlannedCheck): PlannedCheck[] => Array.from({ length: n }, () => verdict);
const fits = (n: number) => all(n, { state: 'fits' });
const breaks = (n: number) =>
  all(n, { state: 'violates', path: '/a', expected: 'a string', found: 'a number' });
const unknowns = (n: number) => all(n, { state: 'unknown', why: 'The registry is away.' });
const notReached = (n: number) => all(n, { state: 'not_reached' });

const evidenceOf = (contract: CheckedContracts): Evidence =>
  decodableEvidence({
    now: new Date(0),
    contract,
    destination: { topic: 'orders.retry' },
  } as unknown as PlanningContext);
const checked = (...of: PlannedCheck[]): CheckedContracts => {
  const tally = createContractTally();
  for (const [at, verdict] of of.entries()) tally.add({ partition: 0, offset: BigInt(at) }, verdict);
  return { state: 'checked', contract: contractOf, limitMs: 8200, ...tally.counted() };
};
const denied = (evidence: Evidence, when: string) =>
  evaluateCondition(parseCondition(when), {
    manifest: { records: 1000 },
    evidence: { decodable: evidence.value },
  } as unknown as Parameters<typeof evaluateCondition>[1]);

describe('the evidence about the contract', () => {
  it('is good when all fit, and says of how many', () => {
    const evidence = evidenceOf(checked(...fits(200)));
    expect(evidence).toMatchObject({
      status: 'good',
      sentence: 'All 200 records fit version 2 of orders.v1-value (Avro).',
      denominator: 200,
      value: { violates: 0, ratio: 0 },
    });
    expect(denied(evidence, 'evidence.decodable.ratio > 0')).toBe(false);
  });

  it('warns of those that break it, names at most five, and lets a rule deny', () => {
    const evidence = evidenceOf(checked(...fits(193), ...breaks(7)));
    expect(evidence).toMatchObject({ status: 'warns', value: { violates: 7, ratio: 7 / 200 }, why: null });
    expect(evidence.sentence).toContain('7 break version 2 of orders.v1-value');
    const { failing } = evidence.value as { failing: unknown[] };
    expect(failing).toHaveLength(5);
    expect(failing[0]).toEqual({
      partition: 0,
      offset: '193',
      path: '/a',
      expected: 'a string',
      found: 'a number',
    });
    expect(denied(evidence, 'evidence.decodable.ratio > 0.01')).toBe(true);
  });

  it('warns where there was not the time to look at all of them, and says at how many', () => {
    const evidence = evidenceOf(checked(...fits(1500), ...notReached(500)));
    expect(evidence).toMatchObject({
      status: 'warns',
      sentence:
        'All of the 1,500 of 2,000 records that were looked at fit version 2 of orders.v1-value (Avro); the other 500 were not reached in the 9 s that planning gives to this.',
      denominator: 1500,
      value: { looked: 1500, notReached: 500 },
    });
    expect(denied(evidence, 'evidence.decodable.ratio > 0.01')).toBe('unknown');
    expect(evidenceOf(checked(...breaks(1), ...notReached(1)))).toMatchObject({
      status: 'warns',
      sentence: expect.stringContaining('Of 1 of 2 records that were looked at, 1 breaks version 2'),
      value: { violatesAtLeast: 1 },
    });
    expect(evidenceOf(checked(...notReached(3)))).toMatchObject({
      status: 'unknown',
      sentence: expect.stringContaining('none was looked at'),
      why: expect.stringContaining('no answer in time'),
    });
  });

  it('is never good while something is unknown: rules that ask then fire', () => {
    const evidence = evidenceOf(checked(...fits(150), ...unknowns(50)));
    expect(evidence).toMatchObject({ status: 'unknown', why: 'The registry is away.', denominator: 200 });
    expect(denied(evidence, 'evidence.decodable.ratio > 0.01')).toBe('unknown');
    const both = evidenceOf(checked(...fits(1), ...breaks(1), ...unknowns(1)));
    expect(both).toMatchObject({
      status: 'warns',
      why: 'The registry is away.',
      value: { violatesAtLeast: 1 },
    });
    expect(denied(both, 'evidence.decodable.ratio > 0.9')).toBe('unknown');
  });

  it('is unknown without a contract, and for records that have no value', () => {
    const why = 'The flow payments declares no contract.';
    expect(evidenceOf({ state: 'none', why })).toMatchObject({ status: 'unknown', why, denominator: null });
    const none = all(4, { state: 'no_value' });
    expect(evidenceOf(checked(...none))).toMatchObject({ status: 'unknown', denominator: 0 });
    expect(evidenceOf(checked(...none, ...fits(2)))).toMatchObject({ status: 'good', denominator: 2 });
  });

  it('keeps where records break it for who may see payloads', () => {
    const items = [evidenceOf(checked(...breaks(1)))];
    expect(evidenceFor(items, true)).toEqual(items);
    expect(evidenceFor(items, false)[0]?.value).toMatchObject({ violates: 1, failing: null });
  });
});
