import { describe, expect, it } from 'vitest';
import type { Evidence } from '#lib/domain/replays/evidence.ts';
import { evaluateCondition, parseCondition } from '#lib/domain/replays/when.ts';
import type { ContractOf } from '#lib/domain/schemas/contract.ts';
import type { CheckedContracts, CheckedRecord } from '../plan/contract-checks.ts';
import { evidenceFor } from '../view/evidence-view.ts';
import type { PlanningContext } from './context.ts';
import { decodableEvidence } from './contract-evidence.ts';

const contractOf: ContractOf = {
  ...{ format: 'avro', subject: 'orders.v1-value', version: 2, schemaId: 7 },
  ...{ compatibility: null, file: null },
};
const samples = (n: number, of: (offset: bigint) => Partial<CheckedRecord>): CheckedRecord[] =>
  Array.from(
    { length: n },
    (_, at) => ({ partition: 0, offset: BigInt(at), ...of(BigInt(at)) }) as CheckedRecord,
  );
const fits = (n: number) => samples(n, () => ({ state: 'fits' }));
const breaks = (n: number) =>
  samples(n, () => ({ state: 'violates', path: '/a', expected: 'a string', found: 'a number' }));
const unknowns = (n: number) => samples(n, () => ({ state: 'unknown', why: 'The registry is away.' }));

const evidenceOf = (contract: CheckedContracts, records = 1000): Evidence =>
  decodableEvidence({
    now: new Date(0),
    contract,
    destination: { topic: 'orders.retry' },
    frozen: { summary: { records } },
  } as unknown as PlanningContext);
const checked = (...of: CheckedRecord[]): CheckedContracts => ({
  ...{ state: 'checked', contract: contractOf },
  samples: of,
});
const denied = (evidence: Evidence, when: string) =>
  evaluateCondition(parseCondition(when), {
    manifest: { records: 1000 },
    evidence: { decodable: evidence.value },
  } as unknown as Parameters<typeof evaluateCondition>[1]);

describe('the evidence about the contract', () => {
  it('is good when all of the sample fit, and says of how many', () => {
    const evidence = evidenceOf(checked(...fits(200)));
    expect(evidence).toMatchObject({
      status: 'good',
      sentence: 'All of 200 records sampled evenly from 1,000 fit version 2 of orders.v1-value (Avro).',
      denominator: 200,
      value: { violates: 0, ratio: 0 },
    });
    expect(denied(evidence, 'evidence.decodable.ratio > 0')).toBe(false);
    expect(evidenceOf(checked(...fits(3)), 3).sentence).toBe(
      'All 3 records fit version 2 of orders.v1-value (Avro).',
    );
  });

  it('warns of those that break it, names at most five, and lets a rule deny', () => {
    const evidence = evidenceOf(checked(...fits(193), ...breaks(7)));
    expect(evidence).toMatchObject({ status: 'warns', value: { violates: 7, ratio: 7 / 200 }, why: null });
    expect(evidence.sentence).toContain('7 break version 2 of orders.v1-value');
    const { failing } = evidence.value as { failing: unknown[] };
    expect(failing).toHaveLength(5);
    expect(failing[0]).toEqual({
      partition: 0,
      offset: '0',
      path: '/a',
      expected: 'a string',
      found: 'a number',
    });
    expect(denied(evidence, 'evidence.decodable.ratio > 0.01')).toBe(true);
  });

  it('is never good while something of the sample is unknown: rules that ask then fire', () => {
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
    const none = samples(4, () => ({ state: 'no_value' }));
    expect(evidenceOf(checked(...none), 4)).toMatchObject({ status: 'unknown', denominator: 0 });
    expect(evidenceOf(checked(...none, ...fits(2)), 6)).toMatchObject({ status: 'good', denominator: 2 });
  });

  it('keeps where records break it for who may see payloads', () => {
    const all = [evidenceOf(checked(...breaks(1)))];
    expect(evidenceFor(all, true)).toEqual(all);
    expect(evidenceFor(all, false)[0]?.value).toMatchObject({ violates: 1, failing: null });
  });
});
